"""The canary: two tests of ours in each run of pytest, of which one must pass and one must fail.

A hook, a plugin or a patched pytest that turns tests green turns the failing one green too; a
report that something else wrote lacks both. The rig never sees them in its counts.
"""

import secrets
from collections.abc import Sequence
from pathlib import Path

from gastown.rigs.report import CaseStatus, TestCase

FORGED = "the report is not the runner's own"
_START = Path(__file__).with_name("pytest_start.py")


def new_token() -> str:
    """What the canary's tests are known by in one run, and no test of a rig is called."""
    return secrets.token_hex(8)


def start(token: str) -> list[str]:
    """Arguments of Python that start pytest with the canary; pytest's own options follow."""
    return ["-P", "-c", _START.read_text(encoding="utf-8"), token]


def take_out(
    cases: Sequence[TestCase], token: str
) -> tuple[tuple[TestCase, ...], tuple[TestCase, ...]]:
    """The rig's own cases, and the canary's."""
    ours = tuple(case for case in cases if token in case.name)
    return tuple(case for case in cases if token not in case.name), ours


def canary_problems(ours: Sequence[TestCase], token: str, *, else_green: bool) -> tuple[str, ...]:
    """What the canary says of a run; one that is not green anyway may have ended before it."""
    if not ours and not else_green:
        return ()
    must: list[tuple[str, CaseStatus]] = [
        (f"fails_{token}", "failed"),
        (f"passes_{token}", "passed"),
    ]
    if sorted((case.name.rpartition("::")[2], case.status) for case in ours) == must:
        return ()
    told = ", ".join(f"{case.name.replace(token, 'was')} {case.status}" for case in ours)
    return (f"{FORGED}: of our two tests in it, {told or 'both are missing'}",)
