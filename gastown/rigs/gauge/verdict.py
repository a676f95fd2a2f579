"""The pass rule: what keeps a run from being green although no case in its report is red."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path, PurePosixPath
from stat import S_ISREG
from xml.etree.ElementTree import Element

from gastown.rigs.gauge.junit import MAX_BYTES, Junit, named_file, parse_junit
from gastown.rigs.report import TestCase


def find_problems(
    cases: Sequence[TestCase], *, expected: Iterable[str], min_tests: int
) -> tuple[str, ...]:
    """Files that had to report and did not, and too few tests. Skipped cases are not tests run."""
    reported = {case.file for case in cases}
    problems = [f"{file} did not report a single test" for file in expected if file not in reported]
    ran = sum(case.status != "skipped" for case in cases)
    if ran < min_tests:
        problems.append(f"{ran or 'no'} test{'s' * (ran != 1)} ran, at least {min_tests} had to")
    return tuple(problems)


def is_red(cases: Iterable[TestCase]) -> bool:
    """Whether one of the cases failed or broke."""
    return any(case.status in {"failed", "error"} for case in cases)


def exit_problems(rc: int, cases: Sequence[TestCase]) -> tuple[str, ...]:
    """No exit code makes a run green, but one that contradicts its report makes it doubtful."""
    red = is_red(cases)
    if rc == 0 and red:
        return ("the report has failures, yet the run ended with exit code 0",)
    if rc != 0 and not red:
        return (f"no case failed, yet the run ended with exit code {rc}",)
    return ()


def find_files(worktree: Path, patterns: Sequence[str]) -> list[str]:
    """Files of the worktree that match a glob, but none in a hidden folder it does not spell out.

    So `**/test_*.py` does not reach into `.venv`, and `.testbed/tests/*.gd` finds its files.
    """
    found: set[str] = set()
    for pattern in patterns:
        spelled = set(PurePosixPath(pattern).parts)
        for file in worktree.glob(pattern):
            path = file.relative_to(worktree)
            hidden = any(p.startswith(".") and p not in spelled for p in path.parts)
            if file.is_file() and not hidden:
                found.add(path.as_posix())
    return sorted(found)


def chosen(files: Sequence[str], only: Sequence[str]) -> list[str]:
    """Of `files` those that `only` names: files, folders, or pytest's `file::test`."""
    named = [one.partition("::")[0] for one in only]
    return [
        file
        for file in files
        if not named or any(PurePosixPath(file).is_relative_to(one) for one in named)
    ]


def read_report(
    path: Path, roots: Sequence[Path], suite_file: Callable[[Element], str] = named_file
) -> Junit:
    """Read the JUnit XML that the command left at `path`."""
    data = read_plain(path, roots)
    return Junit((), (data,)) if isinstance(data, str) else parse_junit(data, suite_file)


def read_plain(path: Path, roots: Sequence[Path]) -> bytes | str:
    """What the command left at `path`, or why that cannot be read.

    It may have left a link or a pipe there instead.
    """
    try:
        spot = path.resolve(strict=True)
        state = spot.stat()
    except OSError:
        return f"no report was written to {path.name}"
    inside = any(spot.is_relative_to(root.resolve()) for root in roots)
    if not inside or not S_ISREG(state.st_mode):
        return f"the report {path.name} is not a plain file in its place"
    with spot.open("rb") as file:
        return file.read(MAX_BYTES + 1)
