"""run_gauge: the tests of a rig, run in the jail as its `[gauge]` table says."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from gastown.agents.jail import Jail
from gastown.rigs.gauge.generic import run_generic
from gastown.rigs.gauge.godot_script import run_godot_script
from gastown.rigs.gauge.leftovers import MAX_LEFT, clear_leftovers, disk_use
from gastown.rigs.gauge.pytest_ import run_pytest
from gastown.rigs.gauge.run import GaugeRun
from gastown.rigs.report import TestReport
from gastown.spans import span
from gastown.town.tables.rigs import GaugeTable

KINDS: Mapping[str, Callable[[GaugeRun], TestReport]] = {
    "pytest": run_pytest,
    "godot-script": run_godot_script,
    "generic": run_generic,
}


def run_gauge(
    table: GaugeTable, worktree: Path, out: Path, jail: Jail, *, only: Sequence[str] = ()
) -> TestReport:
    """Run the tests of the rig that is checked out at `worktree`; logs and reports go to `out`.

    `only` names test files or folders (paths from the worktree's root) or, for pytest,
    single tests; without it everything runs. Whatever the tests do ends as a report: a test that
    hangs, crashes, or does not compile is a case or a problem, never an exception. Logs and reports
    stay in `out`, all else that lies there goes.

    Raises:
        ConfigError: The table cannot be followed.
        JailError: The runner could not be started.
    """
    out.mkdir(parents=True, exist_ok=True)
    run = GaugeRun(table, worktree.resolve(), out.resolve(), jail, tuple(only))
    copied = disk_use(worktree) if table.kind == "godot-script" else 0
    with span("tests"):
        try:
            report = KINDS[table.kind](run)
        finally:
            left = clear_leftovers(run.out, run.kept, MAX_LEFT + copied)
    return report.model_copy(update={"problems": (*report.problems, *left)})
