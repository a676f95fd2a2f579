"""pytest: the gauge of Python rigs. The worktree is read-only to it, so it stays as it was."""

import sys
from importlib.metadata import version
from pathlib import Path

from gastown.rigs.gauge.canary import canary_problems, new_token, start, take_out
from gastown.rigs.gauge.run import GaugeRun
from gastown.rigs.gauge.verdict import (
    chosen,
    exit_problems,
    find_files,
    find_problems,
    is_red,
    read_report,
)
from gastown.rigs.report import TestReport

_OPTIONS = (
    *("-p", "no:cacheprovider", "-p", "no:randomly"),
    *("--continue-on-collection-errors", "--rootdir=.", "--color=no", "--tb=short", "-q"),
    *("-o", "junit_family=xunit1"),  # the family that names each case's file
)


def run_pytest(run: GaugeRun) -> TestReport:
    """Run pytest with the interpreter that runs us, on all tests or those `run.only` names."""
    xml = run.out / "junit.xml"
    xml.unlink(missing_ok=True)
    prefix = run.project.relative_to(run.worktree.resolve())
    token = new_token()
    options = [*_OPTIONS, f"--junitxml={xml}", *_targets(run, prefix)]
    ran = run.start(
        [sys.executable, *start(token), *options],
        writable=[run.out],
        readable=[run.worktree],
        env=_environment(run.out),
    )
    told, problems = read_report(xml, [run.out])
    told, ours = take_out(told, token)
    cases = [case.model_copy(update={"file": (prefix / case.file).as_posix()}) for case in told]
    if not problems and not ran.timed_out:
        expected = chosen(find_files(run.worktree, _patterns(run)), run.only)
        problems = find_problems(cases, expected=expected, min_tests=run.table.min_tests)
        problems += exit_problems(ran.rc, cases)
        green = not problems and not is_red(cases)
        problems += canary_problems(ours, token, else_green=green)
    return run.report(f"pytest {version('pytest')}", ran, cases, problems)


def _patterns(run: GaugeRun) -> tuple[str, ...]:
    """Globs of the files that must report: the rig's, else pytest's own below `tests`."""
    if run.table.expect_files:
        return run.table.expect_files
    tests = "tests/" if (run.project / "tests").is_dir() else ""
    return (f"{run.table.project}/{tests}**/test_*.py".removeprefix("./"),)


def _targets(run: GaugeRun, prefix: Path) -> list[str]:
    """What to run, named from the project's folder."""
    dots = "../" * len(prefix.parts)
    return [one.removeprefix(f"{prefix}/") if dots else one for one in run.only]


def _environment(out: Path) -> dict[str, str]:
    """What keeps Python, coverage and hypothesis from writing beside the sources."""
    return {
        "PYTHONDONTWRITEBYTECODE": "1",
        "HYPOTHESIS_STORAGE_DIRECTORY": str(out / "hypothesis"),
        "COVERAGE_FILE": str(out / "coverage"),
    }
