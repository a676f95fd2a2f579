"""judge_output: cases and problems of one engine run, from what it printed and never its exit code.

An error of the engine belongs to the test it was raised under, and makes it an `error` even where
the runner calls it passed: GDScript leaves a function at an error, its later checks never run.
"""

from collections.abc import Iterable, Sequence

from gastown.rigs.gauge.godot_output import Frame, Result, ScriptError, find_errors, find_results
from gastown.rigs.gauge.junit import Junit
from gastown.rigs.report import CaseStatus, TestCase

COMPILING = "GDScript::reload"


def judge_output(output: str, test_files: Sequence[str]) -> Junit:
    """Read a run's output. Files are paths from the project's folder, as `test_files` are."""
    told = find_results(output)
    errors = list(find_errors(output))
    owned = [(error, _owner(error, set(test_files))) for error in errors]
    problems = [where(error) for error, owner in owned if owner is None]
    if told is None:
        problems.insert(0, "the runner printed no line of results")
        told_cases: list[TestCase] = []
    else:
        told_cases = [_case(result, owned) for result in told.results]
        if not told.passed and all(result.passed for result in told.results):
            problems.append("the runner says that it failed, yet no test did")
    silent = _unreported(told_cases, owned)
    return Junit((*told_cases, *silent), tuple(dict.fromkeys(problems)))


def _owner(error: ScriptError, tests: set[str]) -> Frame | None:
    """The test an error was raised under: its innermost frame in a test file."""
    return next((frame for frame in error.frames if frame.file in tests), None)


def _case(result: Result, owned: Iterable[tuple[ScriptError, Frame | None]]) -> TestCase:
    file = result.file.removeprefix("res://")
    mine = [
        error.message
        for error, owner in owned
        if owner and owner.file == file and owner.function in {COMPILING, result.name}
    ]
    status: CaseStatus = "error" if mine else "passed" if result.passed else "failed"
    message = "\n".join(filter(None, (result.message, *dict.fromkeys(mine))))
    return TestCase(name=result.name, file=file, status=status, message=message)


def _unreported(
    cases: Sequence[TestCase], owned: Iterable[tuple[ScriptError, Frame | None]]
) -> list[TestCase]:
    """An `error` for each test, or whole file, that broke and of which the runner says nothing."""
    seen = {(case.file, case.name) for case in cases}
    files = {case.file for case in cases}
    found: dict[Frame, list[str]] = {}
    for error, owner in owned:
        if owner is None or (owner.file, owner.function) in seen:
            continue
        if owner.function != COMPILING or owner.file not in files:
            found.setdefault(owner, []).append(error.message)
    return [
        TestCase(
            name=owner.function if owner.function != COMPILING else owner.file.rpartition("/")[2],
            file=owner.file,
            status="error",
            message="\n".join(dict.fromkeys(messages)),
        )
        for owner, messages in found.items()
    ]


def where(error: ScriptError) -> str:
    """An error with the file it was raised in."""
    file = f"{error.frames[0].file}: " if error.frames else ""
    return f"{file}{error.message}"
