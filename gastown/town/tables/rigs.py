"""`[rigs.NAME]`: the git repositories of the team."""

from pydantic import Field, model_validator

from gastown.town.tables.gauge import GaugeTable
from gastown.town.tables.merge_queue import QueueTable
from gastown.town.tables.readme import ReadmeTable
from gastown.town.tables.security import SecurityTable
from gastown.town.tables.table import PREFIX, Table

__all__ = ["AssemblyTable", "GaugeTable", "RigTable"]


class AssemblyTable(Table):
    """`[rigs.NAME.assemblies.NAME]`: one build target and how to look at what it produces."""

    build: tuple[str, ...] = Field(
        default=(), description="Writes the product under `{out}`; empty: the preset of its name."
    )
    capture: tuple[str, ...] = Field(
        default=(), description="Runs it; frames go to `{frames}`. None for Godot and the web."
    )
    truth: str = Field(default=".truth", description="Folder of truth.toml in the rig.")
    timeout_s: float = Field(default=120, gt=0)


class RigTable(Table):
    """`[rigs.NAME]`: one git repository of the team."""

    prefix: str = Field(pattern=PREFIX)
    origin: str = Field(min_length=1)
    branch: str = "main"
    guide: str = Field(default="AGENTS.md", description="The rig's style guide, if it has one.")
    tests: tuple[str, ...] = Field(default=("tests/**",), description="Only the Defender writes.")
    docs: tuple[str, ...] = Field(default=("README.md", "docs/**"))
    local_only: bool = Field(default=False, description="Its code is shown to no cloud model.")
    gauge: GaugeTable
    queue: QueueTable = QueueTable()
    security: SecurityTable = SecurityTable()
    readme: ReadmeTable = ReadmeTable()
    assemblies: dict[str, AssemblyTable] = Field(default_factory=dict)

    @property
    def builds(self) -> tuple[str, ...]:
        """Names of all that is built: assemblies, and presets that are none."""
        presets = (one.name for one in self.gauge.build)
        return tuple(dict.fromkeys((*self.assemblies, *presets)))

    @model_validator(mode="after")
    def _assemblies_are_built(self) -> "RigTable":
        presets = {one.name for one in self.gauge.build}
        for name, assembly in self.assemblies.items():
            if not assembly.build and name not in presets:
                raise ValueError(
                    f"assemblies.{name}: give it a build command, or a [[gauge.build]] whose "
                    f"preset is called so"
                )
        return self
