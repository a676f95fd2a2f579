"""judge_redness: whether new tests fail for the right reason, which is that the work is not done.

A test shows what is missing when an assertion fails, or when it stops at a name that the bead
adds. A test that stops anywhere else would stop there for every implementation, and says nothing.
"""

import keyword
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from gastown.rigs.causes import Cause, Kind, find_cause
from gastown.rigs.report import TestCase, TestReport

_CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
_NO_PROSE = re.compile(
    r"\b[A-Za-z_]\w*\([\w, ]*\)|\b\w*[a-z0-9]_\w+|\b[A-Z][a-z0-9]+[A-Z]\w*"
    r"|\b[a-z]+[A-Z]\w*|\b\w+(?:::\w+)+|\b[\w/]+\.(?:py|gd|[cm]?js|tsx?|jsx|rs)\b"
)
_WORD = re.compile(r"[A-Za-z_]\w*")
_OBJECTIONS: dict[Kind, str] = {
    "syntax": "does not compile: {word}",
    "fixture": "breaks before it starts: {word}",
    "empty": "checks nothing: let it compare a result with what the bead asks for",
    "crash": "crashes before it checks anything: {word}",
}
_SUFFIX = re.compile(r"\.(?:py|gd|pyi|tscn|[cm]?js|tsx?|jsx|rs|toml|json|md)\b")


class Redness(NamedTuple):
    """`red`: a new test fails. `right`: and only for want of the bead's work.

    `reasons` say what must change, in words a model can act on; where nothing must, what was
    shown. `cases` are the new tests that are red.
    """

    red: bool
    right: bool
    reasons: tuple[str, ...]
    cases: tuple[TestCase, ...] = ()


def judge_redness(
    before: TestReport, after: TestReport, test_files: Sequence[str], names: frozenset[str]
) -> Redness:
    """Compare the runs without and with the new tests.

    Args:
        before: The run on the base.
        after: The run with the new tests, and nothing else, added to it.
        test_files: The files that were written, as paths from the worktree's root.
        names: What the bead says it adds, as `names_in` reads it.
    """
    written = set(test_files)
    new = [case for case in after.red if case.file in written and _is_new(case, before)]
    wrong = [
        *_broken(before, after, written),
        *(p for p in after.problems if p not in before.problems),
        *(reason for case in new if (reason := _objection(case, names))),
    ]
    if not new and not wrong:
        wrong = [_nothing_red(after, written)]
    shown = [_shown(case, find_cause(case)) for case in new]
    return Redness(bool(new), not wrong, tuple(dict.fromkeys(wrong or shown)), tuple(new))


def names_in(*texts: str) -> frozenset[str]:
    """The identifiers that a text names as code: in backticks or fences, or plainly no prose.

    A call, `snake_case`, `CamelCase`, `a::path` and that of a file are no prose. A path stands for
    its parts: `scorekeeper/combo.py` names `scorekeeper` and `combo`.
    """
    code = " ".join(
        span for text in texts for kind in (_CODE, _NO_PROSE) for span in kind.findall(text)
    )
    words = _WORD.findall(_SUFFIX.sub(" ", code))
    return frozenset(word for word in words if not keyword.iskeyword(word))


def _is_new(case: TestCase, before: TestReport) -> bool:
    """Red now and not red before. A file's case may fail anew although it had the same name."""
    return not any(c.file == case.file and c.name == case.name for c in before.red)


def _broken(before: TestReport, after: TestReport, written: set[str]) -> Iterable[str]:
    """Tests of the base that no longer pass, or are gone from a file that still runs."""
    now = {(case.file, case.name): case.status for case in after.cases}
    stopped = {case.file for case in after.red if case.status == "error"}
    for case in before.cases:
        status = now.get((case.file, case.name))
        if case.status != "passed" or status == "passed":
            continue
        if case.file not in written and status != "skipped":
            yield f"{case.file}: {case.name} passed before and must still pass: leave it as it was"
        elif case.file in written and status is None and case.file not in stopped:
            yield f"{case.file}: {case.name} is gone: put it back, tests are only ever added"
        elif status == "skipped":
            yield f"{case.file}: {case.name} is skipped now: it must run as before"


def _objection(case: TestCase, names: frozenset[str]) -> str:
    """What is wrong with a red case, or an empty string when it is red for the right reason."""
    cause = find_cause(case)
    where = f"{case.file}: {case.name}"
    if cause.kind == "assertion":
        return ""
    if cause.kind != "missing":
        return f"{where} {_OBJECTIONS[cause.kind].format(word=cause.word)}"
    foreign = sorted(" or ".join(sorted(group)) for group in cause.missing if not group & names)
    if not foreign:
        return ""
    return (
        f"{where} needs {', '.join(foreign)}, which neither exists nor is added by the bead: "
        f"use what exists and what the bead names ({', '.join(sorted(names)) or 'nothing'})"
    )


def _nothing_red(after: TestReport, written: set[str]) -> str:
    files = ", ".join(sorted(written)) or "no file"
    if not any(case.file in written for case in after.cases):
        return f"no test of {files} ran: write tests in files that the runner collects"
    if stopped := sorted({case.file for case in after.red if case.file in written}):
        return (
            f"{', '.join(stopped)} was red before and still is, so nothing new shows: "
            f"write the bead's tests in a file of their own"
        )
    return (
        f"every test of {files} passes already, so none shows what is missing: "
        f"test the behaviour that the bead asks for"
    )


def _shown(case: TestCase, cause: Cause) -> str:
    """What a right red case shows."""
    if cause.kind == "missing":
        names = ", ".join(sorted({name for group in cause.missing for name in group}))
        return f"{case.file}: {case.name} waits for {names}"
    return f"{case.file}: {case.name} fails: {cause.word}"
