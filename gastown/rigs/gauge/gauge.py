"""run_gauge: the tests of a rig, run in the jail as its `[gauge]` table says."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from gastown import disk
from gastown.agents.jail import Jail
from gastown.errors import DiskFullError
from gastown.rigs.gauge.around import Around
from gastown.rigs.gauge.cargo import run_cargo
from gastown.rigs.gauge.generic import run_generic
from gastown.rigs.gauge.godot_gdunit4 import run_gdunit4
from gastown.rigs.gauge.godot_gut import run_gut
from gastown.rigs.gauge.godot_script import run_godot_script
from gastown.rigs.gauge.leftovers import MAX_LEFT, clear_leftovers, disk_use
from gastown.rigs.gauge.npm import run_npm
from gastown.rigs.gauge.pytest_ import run_pytest
from gastown.rigs.gauge.run import GaugeRun
from gastown.rigs.report import TestReport
from gastown.spans import span
from gastown.town.tables.gauge import GaugeTable, Kind

KINDS: Mapping[Kind, Callable[[GaugeRun], TestReport]] = {
    "pytest": run_pytest,
    "godot-gut": run_gut,
    "godot-gdunit4": run_gdunit4,
    "godot-script": run_godot_script,
    "npm": run_npm,
    "cargo": run_cargo,
    "generic": run_generic,
}
IMPORTED = 1 << 30  # bytes that the engine may make of a rig's assets and of its addons
INSTALLED = 2 << 30  # bytes of packages that a web rig may install
COMPILED = 8 << 30  # bytes that a Rust rig may compile to


def run_gauge(
    table: GaugeTable,
    worktree: Path,
    out: Path,
    jail: Jail,
    *,
    only: Sequence[str] = (),
    around: Around | None = None,
) -> TestReport:
    """Run the tests of the rig that is checked out at `worktree`; logs and reports go to `out`.

    `only` names test files or folders (paths from the worktree's root) or, for pytest,
    single tests; without it everything runs. `around` is what lies beside the rig. Whatever the
    tests do ends as a report: a test that hangs, crashes, or does not compile is a case or a
    problem, never an exception. Logs and reports stay in `out`, all else that lies there goes.
    A run that was killed says nothing of the code: there is one more, and that one counts.

    Raises:
        ConfigError: The table, or the rig's addons.jsonc, cannot be followed.
        JailError: The runner could not be started.
        DiskFullError: They are red, and there is no room on the disk: that says nothing.
    """
    out.mkdir(parents=True, exist_ok=True)
    run = GaugeRun(table, worktree.resolve(), out.resolve(), jail, tuple(only), around or Around())
    report = _tested(run)
    if run.killed:
        report = _tested(replace(run, ends=[]))
    if not report.green and disk.is_full(run.out):
        told = disk.said_of(run.out, "the tests could not be run as they should")
        raise DiskFullError(told, brief=disk.brief_of(run.out))
    return report


def _tested(run: GaugeRun) -> TestReport:
    allowed = _allowed(run.table, run.worktree)
    with span("tests"):
        try:
            report = KINDS[run.table.kind](run)
        finally:
            left = clear_leftovers(run.out, run.kept, allowed)
    return report.model_copy(update={"problems": (*report.problems, *left)})


def _allowed(table: GaugeTable, worktree: Path) -> int:
    """Bytes that may lie in `out` after the run."""
    if table.kind.startswith("godot-"):
        return MAX_LEFT + IMPORTED + disk_use(worktree)
    if table.kind == "npm":
        return MAX_LEFT + INSTALLED + disk_use(worktree)
    return COMPILED if table.kind == "cargo" else MAX_LEFT
