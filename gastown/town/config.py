"""town.toml: what a person decides about the town; read whole, every mistake named at once."""

import tomllib
from pathlib import Path

from pydantic import Field, ValidationError, field_validator, model_validator

from gastown.errors import ConfigError, NotFoundError
from gastown.town.tables.limits import LimitsTable
from gastown.town.tables.local import LocalTable
from gastown.town.tables.machine import MachineTable
from gastown.town.tables.models import ModelTable, SeatsTable
from gastown.town.tables.rigs import RigTable
from gastown.town.tables.table import Table
from gastown.town.tables.town import ServerTable, TownTable


class TownConfig(Table):
    """The whole file."""

    town: TownTable
    server: ServerTable = ServerTable()
    machine: MachineTable = MachineTable()
    limits: LimitsTable = LimitsTable()
    local: LocalTable = LocalTable()
    models: dict[str, ModelTable] = Field(default_factory=dict)
    seats: SeatsTable = SeatsTable()
    rigs: dict[str, RigTable] = Field(default_factory=dict)

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
        for name, assembly in ((name, one) for name, rig in rigs.items() for one in rig.assemblies):
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
    def _seats_name_models(self) -> "TownConfig":
        named = {"default": self.seats.default, **self.seats.roles}
        for role, model in named.items():
            if model and model not in self.models:
                known = ", ".join(sorted(self.models)) or "none"
                raise ValueError(f"seats.{role}: no [models.{model}]; the catalogue has: {known}")
        return self

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
        lines = [
            f"{path}: {'.'.join(map(str, problem['loc'])) or 'file'}: {problem['msg']}"
            for problem in error.errors()
        ]
        raise ConfigError("\n".join(lines)) from None
