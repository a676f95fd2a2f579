"""run_suite: the tests of a Godot rig by a framework that lies in its addons.

What makes such a run green, none of which its exit code tells: every addon is in place, every
script of the rig compiles, every test file on disk is in the report, each test checked something,
and the engine raised no script error beside them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from gastown.agents.jail import Ran
from gastown.rigs.gauge.godot_compile import asked_of, check_compiles, with_broken
from gastown.rigs.gauge.godot_engine import find_engine
from gastown.rigs.gauge.godot_errors import judge_cases
from gastown.rigs.gauge.godot_output import engine_version
from gastown.rigs.gauge.godot_work import GodotWork
from gastown.rigs.gauge.junit import Junit
from gastown.rigs.gauge.run import GaugeRun, read_log
from gastown.rigs.gauge.verdict import chosen, exit_problems, find_problems
from gastown.rigs.report import TestCase, TestReport

NO_ENGINE = "no Godot: set gauge.engine or $GODOT_BIN, or put godot on PATH"


class Framework(Protocol):
    """What differs between GUT and gdUnit4."""

    @property
    def name(self) -> str:
        """As its makers call it."""
        ...

    def tool(self, work: GodotWork) -> str:
        """The script that runs the tests, as the engine names it; empty where there is none."""
        ...

    def files(self, run: GaugeRun) -> list[str]:
        """The test files on disk, from the worktree's root."""
        ...

    def arguments(self, work: GodotWork, files: Sequence[str]) -> list[str]:
        """What follows the script; `files` are those that were asked for, if any were."""
        ...

    def read(self, work: GodotWork, output: str) -> Junit:
        """The report, with files as paths from the worktree's root."""
        ...

    def called(self, output: str) -> str:
        """Its name, with the version that it tells."""
        ...

    def settled(self, output: str) -> bool:
        """Whether it judges an engine's error in a test itself."""
        ...

    def exit_code(self, rc: int) -> int:
        """0 for every code by which it says that all is well."""
        ...


def run_suite(run: GaugeRun, framework: Framework) -> TestReport:
    """Restore, import, compile, test, and judge."""
    engine = find_engine(run.table.engine)
    if engine is None:
        return _not_run(run, framework, NO_ENGINE)
    work = GodotWork(run, engine)
    restored = work.prepare()
    tool = framework.tool(work)
    if not tool:
        missing = f"{framework.name} is not in {work.place}/addons: name it in {run.table.addons}"
        return _not_run(run, framework, *restored.problems, missing)
    imported = work.start("--import", log=run.out / "import.log")
    late = ("the import did not end in time: see import.log",) * imported.timed_out
    compiled = check_compiles(work, restored.own)
    everything = framework.files(run)
    files = chosen(everything, run.only)
    asked = files if run.only else []
    ran = work.start("--script", tool, *framework.arguments(work, asked))
    judged = _judge(
        work, framework, ran, _Known(tuple(files), asked_of(compiled.bad, everything, run.only))
    )
    problems = (*restored.problems, *late, *compiled.problems, *judged.problems)
    return run.report(_runner(framework, run.log), ran, judged.cases, problems)


@dataclass(frozen=True, slots=True)
class _Known:
    """Test files that had to run, and scripts that do not compile."""

    files: tuple[str, ...]
    bad: dict[str, str]


def _judge(work: GodotWork, framework: Framework, ran: Ran, known: _Known) -> Junit:
    output = read_log(work.run.log)
    told = framework.read(work, output)
    told = Junit(_kept(told.cases, work.run.only), told.problems)
    judged = judge_cases(
        told, output, known.files, place=work.in_worktree, settled=framework.settled(output)
    )
    cases, problems = with_broken(judged.cases, judged.problems, known.bad, known.files)
    if not ran.timed_out:
        problems += find_problems(cases, expected=known.files, min_tests=work.run.table.min_tests)
        counted = [case for case in told.cases if case.assertions != 0]  # they know of no idle one
        problems += exit_problems(framework.exit_code(ran.rc), counted)
    return Junit(tuple(cases), problems)


def _kept(cases: Sequence[TestCase], only: Sequence[str]) -> tuple[TestCase, ...]:
    """The cases that were asked for, each of which must have checked something."""
    kept = [case for case in cases if chosen([case.file], only)]
    return tuple(_checked(case) for case in kept)


def _checked(case: TestCase) -> TestCase:
    if case.status != "passed" or case.assertions != 0:
        return case
    why = "checked nothing: it ran to its end without an assertion"
    return case.model_copy(update={"status": "error", "message": why})


def _runner(framework: Framework, log: Path) -> str:
    output = read_log(log)
    return f"{framework.called(output)}, {engine_version(output)}"


def _not_run(run: GaugeRun, framework: Framework, *problems: str) -> TestReport:
    """A report of nothing but why."""
    text = "".join(f"{line}\n" for line in problems)
    run.log.write_text(text, encoding="utf-8")
    return run.report(framework.name, Ran(1, text, timed_out=False, seconds=0), (), problems)
