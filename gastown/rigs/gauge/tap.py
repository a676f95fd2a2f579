"""parse_tap: test cases from the Test Anything Protocol."""

import re
from collections.abc import Iterator
from itertools import takewhile

from gastown.agents.jail import clip
from gastown.rigs.gauge.junit import MAX_CASES, Junit
from gastown.rigs.report import CaseStatus, TestCase

_RESULT = re.compile(r"^( *)(not )?ok\b *(\d+)?(?: *-)? *([^#]*?) *(?:# *(\w+).*)?$")
_PLAN = re.compile(r"^1\.\.(\d+)")
_BAIL = re.compile(r"^\s*Bail out!\s*(.*)$")


def parse_tap(text: str) -> Junit:
    """The innermost results; a test that holds others is told by them.

    A plan that does not fit, none at all, or one that was broken off, is a problem.
    """
    lines = text.splitlines()
    plans = [int(found[1]) for line in lines if (found := _PLAN.match(line))]
    results = [found for line in lines if (found := _RESULT.match(line))]
    ends = [found[1] for line in lines if (found := _BAIL.match(line))]
    problems = [f"the tests were broken off: {clip(why, 0, 200)}" for why in ends]
    planned, told = (plans or [0])[-1], sum(not found[1] for found in results)
    if planned != told:
        problems.append(f"the plan names {planned} tests, {told} are told")
    cases = tuple(_cases(lines))
    if len(cases) > MAX_CASES:
        return Junit((), (f"the report holds more than {MAX_CASES} cases",))
    return Junit(cases, tuple(problems))


def _cases(lines: list[str]) -> Iterator[TestCase]:
    """Each result with the lines below it; one that ends a deeper group is left out if it is ok."""
    before = 0
    for at, line in enumerate(lines):
        if found := _RESULT.match(line):
            depth = len(found[1])
            if depth >= before or found[2]:
                below = takewhile(lambda one: not _RESULT.match(one), lines[at + 1 : at + 60])
                yield _case(found, "\n".join(one.strip() for one in below if found[2]))
            before = depth


def _case(found: re.Match[str], below: str) -> TestCase:
    directive = (found[5] or "").lower()
    status: CaseStatus = "failed" if found[2] else "passed"
    if directive in {"skip", "skipped", "todo"}:
        status = "skipped"
    name = found[4] or f"test {found[3] or ''}".strip()
    return TestCase(name=name, file="", status=status, message=clip(below.strip(), 1_000, 3_000))
