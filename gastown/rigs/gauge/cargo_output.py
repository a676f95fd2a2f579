"""What `cargo test` printed: tests with the file they are in, and what does not compile."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from gastown.agents.jail import clip
from gastown.rigs.report import CaseStatus, TestCase

_TARGET = re.compile(r"^\s+Running (?:unittests )?(\S+\.rs) \(")
_DOCS = re.compile(r"^\s+Doc-tests (\S+)")
_TEST = re.compile(r"^test (.+?)(?: - should panic)? \.\.\. (ok|FAILED|ignored)\b")
_DOC = re.compile(r"^(\S+\.rs) - ")
_SAID = re.compile(r"^---- (.+) stdout ----$")
_RESULT = re.compile(
    r"^test result: (?:ok|FAILED)\. (\d+) passed; (\d+) failed; (\d+) ignored; (\d+) measured"
)
_ERROR = re.compile(r"^error(?:\[E\d+\])?: (.+)$")
_AT = re.compile(r"^\s*--> (\S+?):\d+:\d+$")
_STATUS: dict[str, CaseStatus] = {"ok": "passed", "FAILED": "failed", "ignored": "skipped"}


@dataclass(slots=True)
class CargoOutput:
    """Tests by target, errors of the compiler by file, and what does not add up."""

    cases: list[TestCase] = field(default_factory=list[TestCase])
    broken: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    problems: list[str] = field(default_factory=list[str])


def parse_cargo(text: str) -> CargoOutput:
    """Read a run's output. A target whose lines do not fit its own sum is a problem."""
    found = CargoOutput()
    for target, lines in _targets(text):
        if target is None:
            found.broken = _compiler(lines)
        else:
            _read(found, target, lines)
    return found


def _targets(text: str) -> Iterator[tuple[str | None, list[str]]]:
    """The lines before the first target, then those of each; documentation's target is empty."""
    target: str | None = None
    lines: list[str] = []
    for line in text.splitlines():
        start = _TARGET.match(line)
        if start or _DOCS.match(line):
            yield target, lines
            target, lines = (start[1] if start else ""), []
        else:
            lines.append(line)
    yield target, lines


def _read(found: CargoOutput, target: str, lines: list[str]) -> None:
    said = _failures(lines)
    cases = [_case(target, test, said) for line in lines if (test := _TEST.match(line))]
    sums = [int(n) for line in lines if (total := _RESULT.match(line)) for n in total.groups()]
    where = target or "the documentation"
    if not sums:
        found.problems.append(f"{where}: its tests broke off without a result")
    elif sum(sums) != len(cases):
        found.problems.append(f"{where}: {sum(sums)} tests by its own sum, {len(cases)} are told")
    found.cases += cases


def _case(target: str, test: re.Match[str], said: dict[str, str]) -> TestCase:
    doc = _DOC.match(test[1]) if not target else None
    return TestCase(
        name=test[1],
        file=doc[1] if doc else target,
        status=_STATUS[test[2]],
        message=said.get(test[1], ""),
    )


def _failures(lines: list[str]) -> dict[str, str]:
    """What each failed test printed."""
    told: dict[str, list[str]] = {}
    name = ""
    for line in lines:
        if start := _SAID.match(line):
            name = start[1]
        elif line in {"failures:", "successes:"} or line.startswith("test result:"):
            name = ""
        elif name and line.strip():
            told.setdefault(name, []).append(line)
    return {name: clip("\n".join(text), 2_000, 2_000) for name, text in told.items()}


def _compiler(lines: list[str]) -> dict[str, list[str]]:
    """The compiler's errors by the file that each points to."""
    found: dict[str, list[str]] = {}
    error = ""
    for line in lines:
        if start := _ERROR.match(line):
            error = start[1]
        elif error and (spot := _AT.match(line)):
            found.setdefault(spot[1], []).append(f"error: {error}")
            error = ""
    return found
