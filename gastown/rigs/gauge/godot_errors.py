"""judge_cases: a framework's own verdicts, beside what the engine said while its tests ran."""

from collections.abc import Callable, Sequence

from gastown.rigs.gauge.godot_judge import COMPILING, where
from gastown.rigs.gauge.godot_output import Frame, ScriptError, find_errors
from gastown.rigs.gauge.junit import Junit
from gastown.rigs.report import TestCase

Key = tuple[str, str]


def judge_cases(
    told: Junit,
    output: str,
    test_files: Sequence[str],
    *,
    place: Callable[[str], str],
    settled: bool,
) -> Junit:
    """Hold the engine's script errors against the cases they were raised under.

    Args:
        told: The framework's report, with files as paths from the worktree's root.
        output: What the run printed.
        test_files: The test files, likewise.
        place: Such a path for one of the engine's.
        settled: Whether the framework itself fails a test for an error that it did not expect.

    Returns:
        The cases, those that broke as errors, with one for each function of a test file that broke
        outside of any test, and a problem for each error that no test had a part in.
    """
    known = {_key(case): case for case in told.cases}
    broken: dict[Key, list[str]] = {}
    problems: list[str] = []
    for error in find_errors(output):
        frames = [Frame(frame.function, place(frame.file)) for frame in error.frames]
        owner = _owner(frames, known, set(test_files))
        if owner is None:
            problems.append(where(ScriptError(error.message, tuple(frames))))
        else:
            broken.setdefault(owner, []).append(error.message)
    cases = [case if settled else _broken(case, broken.get(_key(case), ())) for case in told.cases]
    cases += _alone(broken, known, {case.file for case in told.cases})
    return Junit(tuple(cases), (*told.problems, *dict.fromkeys(problems)))


def _owner(frames: Sequence[Frame], known: dict[Key, TestCase], tests: set[str]) -> Key | None:
    """The test an error was raised under, else the innermost function of a test file."""
    inside = [(frame.file, frame.function) for frame in frames if frame.file in tests]
    return next((key for key in inside if key in known), next(iter(inside), None))


def _key(case: TestCase) -> Key:
    return case.file, case.name.rpartition("::")[2]


def _broken(case: TestCase, errors: Sequence[str]) -> TestCase:
    if not errors:
        return case
    message = "\n".join(filter(None, (case.message, *dict.fromkeys(errors))))
    return case.model_copy(update={"status": "error", "message": message})


def _alone(
    broken: dict[Key, list[str]], known: dict[Key, TestCase], ran: set[str]
) -> list[TestCase]:
    """An error for each function, or whole file, that broke and of which no case tells."""
    return [
        TestCase(
            name=file.rpartition("/")[2] if function == COMPILING else function,
            file=file,
            status="error",
            message="\n".join(dict.fromkeys(messages)),
        )
        for (file, function), messages in broken.items()
        if (file, function) not in known and not (function == COMPILING and file in ran)
    ]
