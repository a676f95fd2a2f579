"""town.toml: what a person decides about the town; read whole, every mistake named at once."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails

from gastown.catalogue.catalogue import Catalogue
from gastown.errors import ConfigError, NotFoundError
from gastown.town.models import catalogue_of, served
from gastown.town.rules import STANDARD, shipped_profiles
from gastown.town.seat_check import Named, mistakes
from gastown.town.tables.agents import AgentTables
from gastown.town.tables.burst import BurstTable
from gastown.town.tables.escalation import EscalationTable
from gastown.town.tables.formulas import FormulasTable
from gastown.town.tables.gates import GatesTable
from gastown.town.tables.health import HealthTable
from gastown.town.tables.limits import LimitsTable
from gastown.town.tables.local import LocalTable
from gastown.town.tables.machine import MachineTable
from gastown.town.tables.mail import MailTable
from gastown.town.tables.models import ModelTable
from gastown.town.tables.money import BudgetTable, MoneyTable
from gastown.town.tables.rigs import RigTable
from gastown.town.tables.seats import ProfileTable, SeatsTable
from gastown.town.tables.sources import AssistantTable, FeedbackTable, SourceTables
from gastown.town.tables.table import Table
from gastown.town.tables.town import ServerTable, TownTable


class TownConfig(Table):
    """The whole file."""

    town: TownTable
    server: ServerTable = ServerTable()
    machine: MachineTable = MachineTable()
    limits: LimitsTable = LimitsTable()
    budget: BudgetTable = BudgetTable()
    money: MoneyTable = MoneyTable()
    burst: BurstTable = BurstTable()
    local: LocalTable = LocalTable()
    models: dict[str, ModelTable] = Field(default_factory=dict)
    seats: SeatsTable = SeatsTable()
    profiles: dict[str, ProfileTable] = Field(default_factory=dict)
    agents: AgentTables = Field(default_factory=dict)
    rigs: dict[str, RigTable] = Field(default_factory=dict)
    sources: SourceTables = Field(default_factory=dict)
    feedback: FeedbackTable = FeedbackTable()
    assistant: AssistantTable = AssistantTable()
    gates: GatesTable = GatesTable()
    escalation: EscalationTable = EscalationTable()
    health: HealthTable = HealthTable()
    formulas: FormulasTable = FormulasTable()
    mail: MailTable = MailTable()

    @field_validator("rigs")
    @classmethod
    def _prefixes_are_distinct(cls, rigs: dict[str, RigTable]) -> dict[str, RigTable]:
        owners = {"hq": "the town"}
        for name, rig in rigs.items():
            if rig.prefix in owners:
                raise ValueError(f"{name}.prefix: {rig.prefix!r} is taken by {owners[rig.prefix]}")
            owners[rig.prefix] = name
        return rigs

    @field_validator("rigs")
    @classmethod
    def _assemblies_are_distinct(cls, rigs: dict[str, RigTable]) -> dict[str, RigTable]:
        """Their builds and reports lie in folders of their names, whose case some disks forget."""
        owners: dict[str, str] = {}
        for name, assembly in ((name, one) for name, rig in rigs.items() for one in rig.builds):
            key = f"{name}.assemblies.{assembly}"
            other = owners.setdefault(assembly.lower(), key)
            if other != key:
                raise ValueError(
                    f"{key}: rigs.{other} has that name too, and both would be built in one "
                    f"folder; rename one, e.g. {name}-{assembly}"
                )
        return rigs

    @model_validator(mode="after")
    def _shadows_name_models(self) -> "TownConfig":
        for name, row in self.models.items():
            if row.shadow and (row.shadow not in self.models or row.shadow == name):
                raise ValueError(f"models.{name}.shadow: no other [models.{row.shadow}]")
        return self

    @model_validator(mode="after")
    def _sources_name_rigs(self) -> "TownConfig":
        for name, source in self.sources.items():
            if source.rig and source.rig not in self.rigs:
                known = ", ".join(sorted(self.rigs)) or "none yet"
                raise ValueError(f"sources.{name}.rig: no rig {source.rig!r}; rigs: {known}")
        return self

    @model_validator(mode="after")
    def _seats_name_what_there_is(self) -> "TownConfig":
        named = Named(self.catalogue, tuple(self.rigs), self.all_profiles)
        if wrong := mistakes(self.seats, self.profiles, named):
            raise ValueError("\n".join(wrong))
        return self

    @cached_property
    def catalogue(self) -> Catalogue:
        """Every model that can be named here, those that ship included."""
        return catalogue_of(self.models)

    @cached_property
    def all_profiles(self) -> Mapping[str, ProfileTable]:
        """Those that ship, and the town's own."""
        return {**shipped_profiles(), **self.profiles}

    def profile(self, name: str) -> ProfileTable:
        """A profile, shipped or the town's own. Raises NotFoundError naming those there are."""
        if name not in self.all_profiles:
            known = ", ".join(sorted(self.all_profiles))
            raise NotFoundError(f"no profile {name!r}; profiles: {known}")
        return self.all_profiles[name]

    def stretch(self, profile: str = "") -> float:
        """How much longer than all in the cloud a convoy on this profile, or the town's, may take.

        A share of the cloud's own time. Raises NotFoundError.
        """
        named = profile or self.seats.profile or STANDARD
        found = self.profile(named)
        base = found.base or STANDARD
        told = found.stretch if found.stretch is not None else self.profile(base).stretch
        return 0.0 if told is None else told

    def model(self, name: str) -> ModelTable:
        """A model as it is to be asked. Raises ConfigError when the town does not say where."""
        return served(name, self.models, self.catalogue)

    def rig(self, name: str) -> RigTable:
        """The rig's table. Raises NotFoundError naming the rigs there are."""
        if name not in self.rigs:
            known = ", ".join(sorted(self.rigs)) or "none yet: town rig add NAME ORIGIN"
            raise NotFoundError(f"no rig {name!r}; rigs: {known}")
        return self.rigs[name]

    def rig_of(self, bead: str) -> str:
        """Name of the rig whose prefix the bead carries. Raises NotFoundError."""
        prefix = bead.split("-", 1)[0]
        for name, rig in self.rigs.items():
            if rig.prefix == prefix:
                return name
        raise NotFoundError(f"no rig has the prefix {prefix!r} of bead {bead}")


def load_config(path: Path) -> TownConfig:
    """Read town.toml. Raises ConfigError with one line per mistake: file, key, reason."""
    try:
        return TownConfig.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise ConfigError(f"{path}: no such file; `town install DIR` makes a town") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: {error}") from None
    except ValidationError as error:
        lines = [f"{path}: {line}" for problem in error.errors() for line in _lines(problem)]
        raise ConfigError("\n".join(lines)) from None


def _lines(problem: ErrorDetails) -> Iterator[str]:
    """`key: reason`; what is wrong between two tables names its keys itself, one a line."""
    place = ".".join(map(str, problem["loc"]))
    if place:
        yield f"{place}: {problem['msg']}"
    else:
        yield from problem["msg"].removeprefix("Value error, ").splitlines()
