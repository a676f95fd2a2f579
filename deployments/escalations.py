"""escalations: the worker's glance at what was escalated; what is due has the escalator started.

Whoever raises something needs to start nothing, and nothing runs while nothing is due: a look reads
the escalations that are open, and which messages came since the last one.
"""

import hashlib
import sys
import time
from collections.abc import Callable, Mapping
from datetime import datetime

from deployments.glance import keep_glancing
from flows.ordering import order_escalator
from gastown.beads.bead import MESSAGE, OPEN
from gastown.beads.ledger import Event, Ledger, utc_now
from gastown.beads.sqlite import SqliteLedger
from gastown.escalation.letters import HELP, SENDER, help_key, is_help
from gastown.escalation.pending import pending
from gastown.escalation.record import of_key, open_escalations
from gastown.machine.holder import is_dead
from gastown.mail.box import inbox
from gastown.town.config import TownConfig, load_config
from gastown.town.layout import TownLayout
from tasks.escalating import blocks_of

LOOK_S = 5.0
_AGAIN_S, _LONGEST_S = 30.0, 600.0
_PAGE = 1_000


def keep_ear(layout: TownLayout) -> None:
    """Look beside, for as long as this process lives."""
    keep_glancing("escalations", Ear(layout, order_escalator).look, LOOK_S)


class Ear:
    """Starts the escalator for what is due; for the same thing ever more rarely."""

    def __init__(
        self,
        layout: TownLayout,
        order: Callable[[TownConfig, str], None],
        clock: Callable[[], datetime] = utc_now,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._layout = layout
        self._order = order
        self._clock = clock
        self._ticks = ticks
        self._ledger: SqliteLedger | None = None
        self._heard: int | None = None
        self._cries: list[str] = []
        self._last: Mapping[str, str] = {}
        self._wait_s = _AGAIN_S
        self._next = float("-inf")

    def look(self) -> Mapping[str, str]:
        """Look once; what the escalator was started for, by its bead."""
        ledger = self._open()
        if ledger is None:
            return {}
        self._listen(ledger)
        self._cries = [one for one in self._cries if of_key(ledger, help_key(one)) is None]
        standing = open_escalations(ledger)
        if not self._cries and not standing:
            return {}
        config = load_config(self._layout.config)
        table, blocks = config.escalation, blocks_of(config)
        wanted = pending(ledger, standing, table, blocks, self._clock(), is_dead)
        wanted |= dict.fromkeys(self._cries, "a letter calls for help")
        wanted |= {mail.id: "a letter answers" for mail in inbox(ledger, SENDER)}
        return self._call(config, wanted) if wanted else {}

    def _open(self) -> SqliteLedger | None:
        if self._ledger is None and self._layout.store.exists():
            self._ledger = SqliteLedger(self._layout.store)
        return self._ledger

    def _listen(self, ledger: Ledger) -> None:
        """Note the HELP letters that came since the last look, at first all that lie there."""
        if self._heard is None:
            last = ledger.last_event()
            letters = ledger.find(issue_type=MESSAGE, status=OPEN)
            self._cries, self._heard = [one.id for one in letters if is_help(one)], last
        while page := ledger.events(after=self._heard, limit=_PAGE):
            self._cries += [event.bead for event in page if _is_cry(event)]
            self._heard = page[-1].seq

    def _call(self, config: TownConfig, wanted: Mapping[str, str]) -> Mapping[str, str]:
        now = self._ticks()
        same = wanted.items() <= self._last.items()
        if same and now < self._next:
            return {}
        key = hashlib.sha256(f"{sorted(wanted.items())} {now}".encode()).hexdigest()[:16]
        self._order(config, key)
        self._wait_s = min(2 * self._wait_s, _LONGEST_S) if same else _AGAIN_S
        self._last, self._next = wanted, now + self._wait_s
        for bead, what in wanted.items():
            sys.stderr.write(f"{bead}: {what}: the escalator was called\n")
        return wanted


def _is_cry(event: Event) -> bool:
    is_letter = event.kind == "created" and event.data.get("issue_type") == MESSAGE
    return is_letter and str(event.data.get("title")).startswith(f"{HELP}: ")
