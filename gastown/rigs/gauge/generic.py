"""generic: any command that tells its results in one of the forms of `gauge.report`."""

from collections.abc import Mapping
from pathlib import Path

from gastown.agents.jail import Ran
from gastown.errors import ConfigError
from gastown.rigs.gauge.forms import Form, form_of, read_form, remove_old
from gastown.rigs.gauge.junit import Junit
from gastown.rigs.gauge.run import GaugeRun
from gastown.rigs.gauge.verdict import exit_problems, find_files, find_problems
from gastown.rigs.report import TestReport

EXIT_ONLY = "exit code only"


def run_generic(run: GaugeRun) -> TestReport:
    """Run `gauge.setup` and `gauge.test`, and read `gauge.report`. It always runs whole.

    The worktree is writable, as most builds write into it; what they leave is the rig's to ignore.

    Raises:
        ConfigError: The table lacks one of the two.
    """
    if not run.table.test or not run.table.report:
        raise ConfigError('gauge: kind = "generic" needs both test and report')
    form = form_of(run)
    if failed := set_up(run):
        return failed
    remove_old(form)
    ran = run.start(
        [run.filled(word) for word in run.table.test],
        writable=[run.worktree, run.out],
        readable=run.caches,
    )
    name = Path(run.table.test[0]).name
    told = read_form(run, form, ran, " ".join(run.table.test))
    runner = f"{name}, {EXIT_ONLY}" if form.kind == "exit-only" else name
    return judged(run, runner, form, ran, told)


def judged(run: GaugeRun, runner: str, form: Form, ran: Ran, told: Junit) -> TestReport:
    """The pass rule, as far as the report's form tells of it."""
    problems = told.problems
    if not problems and not ran.timed_out:
        expected = find_files(run.worktree, run.table.expect_files)
        problems = find_problems(told.cases, expected=expected, min_tests=run.table.min_tests)
        if form.kind != "exit-only":
            problems += exit_problems(ran.rc, told.cases)
    return run.report(runner, ran, told.cases, problems)


def set_up(run: GaugeRun, env: Mapping[str, str] | None = None) -> TestReport | None:
    """Run `gauge.setup`, if there is one; the report where it failed."""
    if not run.table.setup:
        return None
    ran = run.start(
        [run.filled(word) for word in run.table.setup],
        writable=[run.worktree, run.out],
        readable=run.caches,
        env=env,
        log=run.out / "setup.log",
    )
    if ran.rc == 0:
        return None
    said = " ".join(run.table.setup)
    return run.report(said, ran, (), (f"setup failed with exit code {ran.rc}: {said}",))
