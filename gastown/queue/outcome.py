"""What becomes of a branch in the queue: merged, in conflict, red, or there already."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gastown.rigs.rebase import Conflict
from gastown.rigs.report import TestReport

Gate = Callable[[Path], TestReport]


@dataclass(frozen=True, slots=True)
class Merged:
    """On the target now, its newest commit as `commit`.

    `note` says so if the canonical clone could not follow.
    """

    commit: str
    report: TestReport
    note: str = ""


@dataclass(frozen=True, slots=True)
class Red:
    """The tests were not green on top of the target; nothing of it was pushed."""

    report: TestReport


@dataclass(frozen=True, slots=True)
class Contained:
    """The target has the branch's work already, its newest commit as `commit`."""

    commit: str


Outcome = Merged | Conflict | Red | Contained
