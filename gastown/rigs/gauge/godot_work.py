"""GodotWork: the engine at work on a copy of a rig, which it may change as it likes.

The copy is of the whole worktree, as a project may reach beside itself (`res://../tests`). The
engine has a home of its own, in which it finds the export templates and keeps `user://`.
"""

import posixpath
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from gastown.agents.jail import Ran
from gastown.errors import ConfigError
from gastown.rigs.gauge.addons import read_addons
from gastown.rigs.gauge.around import Around
from gastown.rigs.gauge.godot_engine import engine_files
from gastown.rigs.gauge.restore import Restored, restore
from gastown.rigs.gauge.run import GaugeRun

_LEFT_BEHIND = shutil.ignore_patterns(".git", ".godot", "__pycache__", "node_modules")


@dataclass(frozen=True, slots=True)
class GodotWork:
    """One run's copy, home and engine. Everything lies below `run.out`."""

    run: GaugeRun
    engine: Path

    @property
    def root(self) -> Path:
        """The copy of the worktree."""
        return self.run.out / "rig"

    @property
    def place(self) -> str:
        """The project's folder, from the worktree's root."""
        return self.run.project.relative_to(self.run.worktree).as_posix()

    @property
    def project(self) -> Path:
        """The project in the copy."""
        return self.root / self.place

    @property
    def home(self) -> Path:
        """The engine's home."""
        return self.run.out / "home"

    @property
    def reports(self) -> Path:
        """Where the tests' report is written."""
        return self.run.out / "reports"

    def prepare(self) -> Restored:
        """Copy the rig, and put its addons in their place; what was done is in addons.log.

        Raises:
            ConfigError: There is no project, or addons.jsonc cannot be read.
        """
        for folder in (self.root, self.home, self.reports):
            shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.run.worktree, self.root, symlinks=True, ignore=_LEFT_BEHIND)
        if not (self.project / "project.godot").is_file():
            raise ConfigError(f"gauge.project: {self.place} has no project.godot")
        self.home.mkdir()
        self.reports.mkdir()
        addons = read_addons(self.project / self.run.table.addons)
        done = restore(self.root, self.place, addons, self._around())
        lines = "".join(f"{line}\n" for line in (*done.notes, *done.problems))
        if lines:
            (self.run.out / "addons.log").write_text(lines, encoding="utf-8")
        return done

    def start(self, *arguments: str, log: Path | None = None, readable: Sequence[Path] = ()) -> Ran:
        """Start the engine on the project, without a window."""
        argv = [str(self.engine), "--headless", "--path", str(self.project), *arguments]
        return self.launch(argv, log, readable=readable)

    def launch(
        self,
        argv: Sequence[str],
        log: Path | None,
        *,
        readable: Sequence[Path] = (),
        cwd: Path | None = None,
    ) -> Ran:
        """Start a program of the engine's kind, with its home and libraries."""
        return self.run.start(
            argv,
            writable=[self.root, self.home, self.reports],
            readable=[*engine_files(self.engine), *readable],
            env={"HOME": str(self.home)},
            cwd=cwd or self.project,
            log=log,
        )

    def in_project(self, files: Sequence[str]) -> list[str]:
        """Paths from the worktree's root as the engine has them, without `res://`."""
        return [posixpath.relpath(file, self.place) for file in files]

    def in_worktree(self, file: str) -> str:
        """A path of the engine's, with or without `res://`, from the worktree's root."""
        return posixpath.normpath(posixpath.join(self.place, file.removeprefix("res://")))

    def _around(self) -> Around:
        siblings, around = self.run.table.siblings, self.run.around
        if not siblings:
            return around
        folder = (self.run.worktree / Path(siblings).expanduser()).resolve()
        return replace(around, folders=(folder, *around.folders))
