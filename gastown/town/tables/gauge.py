"""`[rigs.NAME.gauge]`: how a rig's tests run, and what is built of it."""

from typing import Literal

from pydantic import Field, model_validator

from gastown.town.tables.table import Table

Kind = Literal["pytest", "godot-gut", "godot-gdunit4", "godot-script", "npm", "cargo", "generic"]


class BuildTable(Table):
    """`[[rigs.NAME.gauge.build]]`: one preset of a Godot project's `export_presets.cfg`."""

    preset: str = Field(min_length=1, description="The preset's name, as the editor shows it.")
    mode: Literal["release", "debug"] = "release"
    out: str = Field(default="", description="The product below `{out}`; default: by the preset.")
    boot_s: float = Field(default=10, ge=0, description="How long it must run; 0: not started.")
    timeout_s: float = Field(default=600, gt=0, description="How long the export may take.")

    @property
    def name(self) -> str:
        """The preset as folders and artifacts are called: `Linux Proof` is `linux-proof`."""
        kept = "".join(c if c.isalnum() else " " for c in self.preset.lower())
        return "-".join(kept.split()) or "build"


class GaugeTable(Table):
    """How the rig's tests run. Commands are argument lists, never a shell.

    `{python}`, `{out}` and `{worktree}` are filled in.
    """

    kind: Kind
    project: str = Field(default=".", description="Folder of project.godot or of the tests.")
    engine: str = Field(default="", description="Godot; default: $GODOT_BIN, then PATH.")
    runner: str = Field(default="res://tests/run_tests.gd", description="godot-script's runner.")
    addons: str = Field(default="addons.jsonc", description="What Godot's addons come from.")
    siblings: str = Field(default="", description="Folder of the rigs beside this one.")
    tests: tuple[str, ...] = Field(default=("res://tests",), description="Godot: their folders.")
    addon: str = Field(default="auto", description="Folder in addons/ of GUT or gdUnit4.")
    setup: tuple[str, ...] = Field(default=(), description="npm, cargo, generic: run before.")
    test: tuple[str, ...] = Field(default=(), description="npm, cargo, generic: the command.")
    report: str = Field(
        default="", description="junit:PATH, tap:PATH, tap, json:passed, exit-only; a path: JUnit."
    )
    caches: tuple[str, ...] = Field(default=(), description="Folders of packages it may read.")
    expect_files: tuple[str, ...] = Field(default=(), description="Test files that must report.")
    min_tests: int = Field(default=1, ge=0)
    timeout_s: float = Field(default=300, gt=0)
    build: tuple[BuildTable, ...] = ()

    @model_validator(mode="after")
    def _builds_are_distinct(self) -> "GaugeTable":
        names = [one.name for one in self.build]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two builds are called {twice[0]}: name each preset once")
        if names and not self.kind.startswith("godot-"):
            raise ValueError(f'build is for Godot projects, not for kind = "{self.kind}"')
        return self
