"""town.toml: what a person decides about the town; read whole, every mistake named at once."""

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from gastown.errors import ConfigError, NotFoundError

PREFIX = r"^[a-z][a-z0-9]{0,7}$"
NAME = r"^[A-Za-z][A-Za-z0-9_.-]{0,63}$"


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TownTable(_Table):
    """`[town]`: the town itself."""

    name: str = Field(pattern=NAME)
    owner: str = ""


class ServerTable(_Table):
    """`[server]`: the embedded Prefect server; port 0 means any free one, chosen at `town up`."""

    port: int = Field(default=0, ge=0, le=65535)
    api_url: str = Field(default="", description="A server that runs elsewhere; none is started.")


class AmountsTable(_Table):
    """An amount of each thing that a machine has, as far as a person says so."""

    vram_mib: int | None = Field(default=None, ge=0)
    ram_mib: int | None = Field(default=None, ge=0)
    p_cores: int | None = Field(default=None, ge=0)
    e_cores: int | None = Field(default=None, ge=0)


class MachineTable(AmountsTable):
    """`[machine]`: what this PC has, and how much of it its person keeps from the town.

    An amount that is given goes before the profile's, the profile's before what is measured.
    """

    profile: Literal["", "rtx3080"] = Field(default="", description="Run as if on that PC.")
    keep: AmountsTable = Field(default=AmountsTable(), description="What is the person's.")
    sandboxes: int = Field(default=2, ge=1, le=256, description="Stages at work at once.")
    jail: Literal["auto", "bwrap", "landlock", "off"] = "auto"

    @model_validator(mode="after")
    def _keeps_what_there_is(self) -> "MachineTable":
        for name in AmountsTable.model_fields:
            has, kept = getattr(self, name), getattr(self.keep, name)
            if has is not None and kept is not None and kept > has:
                raise ValueError(f"keep.{name}: keeps {kept} of {has}; keep {has} at most")
        return self


class LimitsTable(_Table):
    """`[limits]`: what one agent session may use at most."""

    turns: int = Field(default=20, ge=1)
    tokens: int = Field(default=200_000, ge=1)
    seconds: float = Field(default=900, gt=0)
    usd: Decimal = Field(default=Decimal(1), ge=0)
    rounds: int = Field(
        default=3, ge=1, description="Reviews of one bead before a person is asked."
    )


class ModelTable(_Table):
    """`[models.NAME]`: one row of the catalogue. Prices are USD per million tokens."""

    endpoint: str = Field(pattern=r"^https?://")
    model: str = Field(default="", description="The name the endpoint knows; default: the row's.")
    protocol: Literal["tools", "json", "text"] = "tools"
    context: int = Field(default=16_384, ge=512)
    max_output: int = Field(default=2_048, ge=16)
    input_usd: Decimal = Field(default=Decimal(0), ge=0)
    cached_usd: Decimal | None = Field(default=None, ge=0)
    output_usd: Decimal = Field(default=Decimal(0), ge=0)
    where: Literal["local", "cloud"] = "local"
    vision: bool = False
    key: str = Field(default="", description="Name of the ModelProvider block with the API key.")
    stall_s: float = Field(default=60, gt=0, description="Silence on the stream that is a stall.")


class SeatsTable(_Table):
    """`[seats]`: which catalogue row a role uses."""

    default: str = ""
    roles: dict[str, str] = Field(default_factory=dict)


class GaugeTable(_Table):
    """`[rigs.NAME.gauge]`: how the rig's tests run. Commands are argument lists, never a shell.

    `{python}`, `{out}` and `{worktree}` are filled in.
    """

    kind: Literal["pytest", "godot-script", "generic"]
    project: str = Field(default=".", description="Folder of project.godot or of the tests.")
    engine: str = Field(default="", description="Godot; default: $GODOT_BIN, then PATH.")
    runner: str = Field(default="res://tests/run_tests.gd", description="godot-script's runner.")
    test: tuple[str, ...] = Field(default=(), description="generic: the command.")
    report: str = Field(default="", description="generic: where its JUnit XML is written.")
    expect_files: tuple[str, ...] = Field(default=(), description="Test files that must report.")
    min_tests: int = Field(default=1, ge=0)
    timeout_s: float = Field(default=300, gt=0)


class AssemblyTable(_Table):
    """`[rigs.NAME.assemblies.NAME]`: one build target and how to look at what it produces."""

    build: tuple[str, ...] = Field(min_length=1, description="Writes the product under `{out}`.")
    capture: tuple[str, ...] = Field(min_length=1, description="Runs it; frames go to `{frames}`.")
    truth: str = Field(default=".truth", description="Folder of truth.toml in the rig.")
    timeout_s: float = Field(default=120, gt=0)


class RigTable(_Table):
    """`[rigs.NAME]`: one git repository of the team."""

    prefix: str = Field(pattern=PREFIX)
    origin: str = Field(min_length=1)
    branch: str = "main"
    guide: str = Field(default="AGENTS.md", description="The rig's style guide, if it has one.")
    tests: tuple[str, ...] = Field(default=("tests/**",), description="Only the Defender writes.")
    docs: tuple[str, ...] = Field(default=("README.md", "docs/**"))
    gauge: GaugeTable
    assemblies: dict[str, AssemblyTable] = Field(default_factory=dict)


class TownConfig(_Table):
    """The whole file."""

    town: TownTable
    server: ServerTable = ServerTable()
    machine: MachineTable = MachineTable()
    limits: LimitsTable = LimitsTable()
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
