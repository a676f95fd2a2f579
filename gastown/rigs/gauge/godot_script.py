"""godot-script: the gauge of Godot rigs whose own runner prints one line of JSON.

With an engine the tests run; without one they are parsed and their names looked up, and the
report's `runner` says so. The engine works on a copy, as it writes caches into its project.
"""

import posixpath
from collections.abc import Sequence
from pathlib import Path

from gastown.agents.jail import Ran
from gastown.errors import ConfigError
from gastown.rigs.gauge.godot_compile import asked_of, check_compiles, with_broken
from gastown.rigs.gauge.godot_engine import find_engine
from gastown.rigs.gauge.godot_judge import judge_output
from gastown.rigs.gauge.godot_output import engine_version
from gastown.rigs.gauge.godot_parse import check_project
from gastown.rigs.gauge.godot_project import needs_import
from gastown.rigs.gauge.godot_work import GodotWork
from gastown.rigs.gauge.run import GaugeRun, read_log
from gastown.rigs.gauge.verdict import chosen, find_files, find_problems
from gastown.rigs.report import TestCase, TestReport

PARSE_CHECK = "parse check, no Godot found"


def run_godot_script(run: GaugeRun) -> TestReport:
    """Run the rig's runner in the engine, or check what can be checked without one."""
    default = f"{run.table.project}/tests/**/test_*.gd".removeprefix("./")
    files = find_files(run.worktree, run.table.expect_files or (default,))
    engine = find_engine(run.table.engine)
    if engine is None:
        return _parse_check(run, files)
    return _engine_run(run, engine, files)


def _parse_check(run: GaugeRun, files: Sequence[str]) -> TestReport:
    """A case per test file: passed when it parses and names nothing that is not there."""
    checked = check_project(run.project, _in_project(run, files))
    cases = _in_worktree(run, checked.cases)
    problems = checked.problems + find_problems(cases, expected=(), min_tests=run.table.min_tests)
    told = [f"{case.file}: {case.message or case.status}" for case in cases] + list(problems)
    output = "\n".join([PARSE_CHECK, *told, ""])
    run.log.write_text(output, encoding="utf-8")
    ran = Ran(0, output, timed_out=False, seconds=checked.seconds)
    return run.report(PARSE_CHECK, ran, cases, problems)


def _engine_run(run: GaugeRun, engine: Path, files: Sequence[str]) -> TestReport:
    work = GodotWork(run, engine)
    restored = work.prepare()
    if not (work.project / run.table.runner.removeprefix("res://")).is_file():
        raise ConfigError(f"gauge.runner: {run.table.runner} is no file of {run.project}")
    if restored.notes or needs_import(work.project):
        work.start("--import", log=run.out / "import.log")
    compiled = check_compiles(work, restored.own)
    ran = work.start("--script", run.table.runner)
    output = read_log(run.log)
    told, problems = judge_output(output, work.in_project(files))
    cases = _in_worktree(run, told)
    problems = (*restored.problems, *problems, *compiled.problems)
    bad = asked_of(compiled.bad, files, run.only)
    cases, problems = with_broken(cases, problems, bad, files)
    if not ran.timed_out:
        expected = chosen(files, run.only)
        problems += find_problems(cases, expected=expected, min_tests=run.table.min_tests)
    return run.report(engine_version(output), ran, cases, problems)


def _in_project(run: GaugeRun, files: Sequence[str]) -> list[str]:
    """Paths from the worktree's root as paths from the project's folder, as the engine has them."""
    root = run.project.relative_to(run.worktree)
    return [posixpath.relpath(file, root.as_posix()) for file in files]


def _in_worktree(run: GaugeRun, cases: Sequence[TestCase]) -> list[TestCase]:
    """The other way round; of the cases those that were asked for."""
    root = run.project.relative_to(run.worktree).as_posix()
    placed = [
        case.model_copy(update={"file": posixpath.normpath(posixpath.join(root, case.file))})
        for case in cases
    ]
    return [case for case in placed if chosen([case.file], run.only)]
