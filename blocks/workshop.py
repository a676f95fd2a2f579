"""Workshop: makes one model's server, and what it holds of the PC, as town.toml says."""

from dataclasses import dataclass
from typing import BinaryIO

from blocks.model_server import ModelServer
from gastown.machine.admission.ledger import AdmissionLedger
from gastown.machine.host import this_host
from gastown.machine.machine import make_machine
from gastown.machine.probe import probe
from gastown.runner.folder import RunnerFolder
from gastown.runner.planned import planned
from gastown.runner.record import loaded
from gastown.runner.residency import Residency
from gastown.town.config import TownConfig, load_config
from gastown.town.layout import TownLayout

Made = tuple[ModelServer, Residency]


@dataclass(frozen=True, slots=True)
class Workshop:
    """One model's; nothing is started or claimed here."""

    layout: TownLayout
    name: str
    log: BinaryIO
    ledger: AdmissionLedger

    def made(self, config: TownConfig, cpus: tuple[int, ...] = ()) -> Made:
        """On these CPUs, or on such as no other server owns. Raises GasTownError: it cannot be."""
        folder = RunnerFolder(self.layout)
        beside = [one for one in loaded(folder) if one.name != self.name]
        taken = frozenset(cpu for one in beside for cpu in one.cpus)
        plan = planned(self.layout, config, self.name, taken=taken, cpus=cpus).plan
        residency = Residency(
            plan,
            str(self.layout.root),
            self.ledger,
            lambda: make_machine(config.machine, probe(this_host())),
        )
        return ModelServer(folder, plan, self.log), residency

    def renewed(self) -> Made:
        """As town.toml says now. Raises GasTownError: it cannot be."""
        return self.made(load_config(self.layout.config))
