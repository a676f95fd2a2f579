"""The admission ledger of the PC that a town is on, and what the town may see taken of it."""

import time
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

from gastown.machine.admission.ledger import AdmissionLedger
from gastown.machine.admission.names import model_slots
from gastown.machine.admission.offer import Looked
from gastown.machine.host import this_host
from gastown.machine.machine import Machine, make_machine
from gastown.machine.probe import probe
from gastown.town.config import TownConfig
from gastown.town.layout import TownLayout
from gastown.town.tables.machine import MachineTable

FRESH_S = 1.0
"""How long a look at the machine serves: it takes milliseconds, and a person's programs seconds."""


def ledger_path(layout: TownLayout, table: MachineTable) -> Path:
    """Where the ledger lies: in the town, or where `[machine] ledger` says, seen from the town."""
    if not table.ledger:
        return layout.admissions
    return layout.root / Path(table.ledger).expanduser()


def open_ledger(layout: TownLayout, table: MachineTable) -> AdmissionLedger:
    """The ledger; its file is made at first use."""
    return AdmissionLedger(ledger_path(layout, table))


def take_back(layout: TownLayout, table: MachineTable) -> int:
    """Take back what dead processes hold or wait for; how many leases and places that was.

    Whoever asks for room does that too; this is for when nobody asks.
    """
    if not ledger_path(layout, table).exists():
        return 0
    with closing(open_ledger(layout, table)) as ledger:
        lost = ledger.lost()
        return ledger.bury() if lost.leases or lost.waiting else 0


class Outlook:
    """What this PC offers a town, looked at anew as soon as it is asked after a second.

    Args:
        table: The town's `[machine]`.
        slots: How many slots of each name there are; asked each time, models come and go.
    """

    def __init__(
        self, table: MachineTable, slots: Callable[[], Mapping[str, int]] = dict[str, int]
    ) -> None:
        self._table = table
        self._slots = slots
        self._at = 0.0
        self._machine: Machine | None = None

    def __call__(self) -> Looked:
        """The offer now. Raises ConfigError when more is kept than there is."""
        now = time.monotonic()
        if self._machine is None or now - self._at >= FRESH_S:
            self._machine, self._at = make_machine(self._table, probe(this_host())), now
        return Looked(self._machine, self._slots())


def offered(config: TownConfig) -> Outlook:
    """What this PC offers a town: its machine, and the slots of the models that it serves."""
    slots = model_slots(config)
    return Outlook(config.machine, lambda: slots)
