"""`[rigs.NAME]`: the git repositories of the team."""

from typing import Literal

from pydantic import Field

from gastown.town.tables.table import PREFIX, Table


class GaugeTable(Table):
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


class AssemblyTable(Table):
    """`[rigs.NAME.assemblies.NAME]`: one build target and how to look at what it produces."""

    build: tuple[str, ...] = Field(min_length=1, description="Writes the product under `{out}`.")
    capture: tuple[str, ...] = Field(min_length=1, description="Runs it; frames go to `{frames}`.")
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
    assemblies: dict[str, AssemblyTable] = Field(default_factory=dict)
