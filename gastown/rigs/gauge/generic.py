"""generic: any command that writes a JUnit XML report."""

from pathlib import Path

from gastown.errors import ConfigError
from gastown.rigs.gauge.run import GaugeRun
from gastown.rigs.gauge.verdict import exit_problems, find_files, find_problems, read_report
from gastown.rigs.report import TestReport


def run_generic(run: GaugeRun) -> TestReport:
    """Run `gauge.test` and read `gauge.report`. It always runs whole: `only` has no meaning here.

    The worktree is writable, as most builds write into it; what they leave is the rig's to ignore.

    Raises:
        ConfigError: The table lacks one of the two.
    """
    if not run.table.test or not run.table.report:
        raise ConfigError('gauge: kind = "generic" needs both test and report')
    report = run.project / run.filled(run.table.report)
    roots = [run.worktree, run.out]
    _remove_old(report, roots)
    ran = run.start([run.filled(word) for word in run.table.test], writable=roots)
    cases, problems = read_report(report, roots)
    if not problems and not ran.timed_out:
        expected = find_files(run.worktree, run.table.expect_files)
        problems = find_problems(cases, expected=expected, min_tests=run.table.min_tests)
        problems += exit_problems(ran.rc, cases)
    return run.report(Path(run.table.test[0]).name, ran, cases, problems)


def _remove_old(report: Path, roots: list[Path]) -> None:
    """Yesterday's report must not speak for today. Raises ConfigError for a path elsewhere."""
    if not any(report.parent.resolve().is_relative_to(root.resolve()) for root in roots):
        raise ConfigError(f"gauge.report: {report} lies neither in {{worktree}} nor in {{out}}")
    report.unlink(missing_ok=True)
