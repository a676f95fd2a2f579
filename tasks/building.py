"""Builds: the assemblies of a rig by their commands, and the presets of a Godot project."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import move, rmtree

from gastown.agents.jail import Jail
from gastown.rigs.gauge.around import Around
from gastown.rigs.gauge.build import Build
from gastown.rigs.gauge.godot_build import run_builds
from gastown.rigs.gauge.leftovers import disk_use
from gastown.spans import span
from gastown.town.tables.rigs import AssemblyTable, GaugeTable, RigTable
from tasks.commands import filled

_COLOURS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


@dataclass(frozen=True, slots=True)
class Yard:
    """Where a rig's builds are made: `worktree` is what is built, below `out` each gets a folder.

    That holds `product` and `build.log`; of a Godot preset also `boot.log`. What all presets of the
    rig share lies in `NAME-presets`.
    """

    name: str
    worktree: Path
    out: Path
    jail: Jail
    around: Around

    def build_all(self, table: RigTable) -> tuple[Build, ...]:
        """Every assembly that has a command, then every preset; none stops the others."""
        return (*self._commands(table), *self.presets(table.gauge))

    def presets(self, gauge: GaugeTable) -> tuple[Build, ...]:
        """The presets of `gauge.build`."""
        if not gauge.build:
            return ()
        drafts = self.out / f"{self.name}-presets"
        rmtree(drafts, ignore_errors=True)
        drafts.mkdir(parents=True)
        with span("build"):
            built = run_builds(gauge, self.worktree, drafts, self.jail, around=self.around)
        for one in built:
            rmtree(self.out / one.name, ignore_errors=True)
            if (drafts / one.name).exists():
                move(drafts / one.name, self.out / one.name)
        return built

    def _commands(self, table: RigTable) -> Iterator[Build]:
        for name, assembly in table.assemblies.items():
            if assembly.build:
                yield self._command(name, assembly)

    def _command(self, name: str, table: AssemblyTable) -> Build:
        """Run one command, which writes its product below `{out}`."""
        start = time.monotonic()
        home = self.out / name
        rmtree(home, ignore_errors=True)
        product, log = home / "product", home / "build.log"
        product.mkdir(parents=True)
        with span("build"):
            ran = self.jail.run(
                filled(table.build, {"out": product, "worktree": self.worktree}),
                cwd=self.worktree,
                writable=[product],
                readable=[self.worktree],
                timeout_s=table.timeout_s,
                log=log,
            )
        empty = not any(product.iterdir())
        why = "timed out" if ran.timed_out else f"exit {ran.rc}" if ran.rc else "left no product"
        said = _COLOURS.sub("", ran.output[-1000:])
        return Build(
            name=name,
            preset=name,
            status="failed" if ran.rc or empty else "built",
            problems=(f"{why}; {log} ends with:\n{said}",) if ran.rc or empty else (),
            product=str(product.relative_to(self.out)),
            size=disk_use(product),
            log=str(log.relative_to(self.out)),
            seconds=round(time.monotonic() - start, 3),
        )
