"""Reviewing: a change is inspected by code, then read by the Refinery's model."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from gastown.agents.answers import Finding, Review
from gastown.agents.brief import material
from gastown.agents.protocols import Check, Environment
from gastown.rigs.diff import diff_text
from gastown.rigs.gauge.run import GaugeRun
from gastown.rigs.git import Repo
from gastown.rigs.guard.finding import told
from gastown.rigs.review.criteria import coverage_of, numbered, objections
from gastown.rigs.review.inspection import Inspection, inspect
from gastown.town.tables.rigs import RigTable
from tasks.desk import Desk

DIFF_CHARS = 16_000
FILE = "review.json"


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be read: everything on `repo` since `base`.

    `rig` is the repository in short, `asked` what the change is for, as its author was told.
    """

    repo: Repo
    base: str
    table: RigTable
    rig: str
    asked: str
    criteria: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """The model's review and code's inspection of one change."""

    change: Change
    review: Review
    inspection: Inspection

    @property
    def facts(self) -> dict[str, Any]:
        """For the record: what code found, and the model's word on each criterion."""
        criteria = coverage_of(self.review, self.change.criteria)
        return {**self.inspection.facts, "criteria": criteria}

    @property
    def reasons(self) -> tuple[str, ...]:
        """What the model found, each with its place."""
        return tuple(map(point, self.review.findings))


def read_change(
    desk: Desk,
    change: Change,
    environment: Environment,
    improved: Callable[[], Check] = lambda: Check(ok=True),
) -> Reading:
    """Inspect a change and have it read; both are left in the desk's folder.

    Args:
        desk: Whose model reads it.
        change: What is read; nothing in its worktree may be uncommitted.
        environment: The reviewer's hands.
        improved: Code's verdict on what the reviewer changed, asked before an approval counts.

    Raises:
        StageFailedError: The session ended without a review.
    """
    run = GaugeRun(
        change.table.gauge, change.repo.path.resolve(), desk.folder / "inspection", desk.jail
    )
    seen = inspect(change.base, change.table.tests, run)

    def verify(answer: BaseModel | None) -> Check:
        if not isinstance(answer, Review):
            return Check(ok=False, feedback="Hand in a review.")
        if wrong := objections(answer, len(change.criteria)):
            return Check(ok=False, feedback="\n".join(wrong))
        if answer.verdict == "rework":
            return Check(ok=True)
        if change.repo.status():
            return improved()
        return _runnable(seen)

    outcome = desk.session(
        _task(change, seen), environment=environment, output=Review, verify=verify
    )
    assert isinstance(outcome.answer, Review)  # noqa: S101 — the loop validated it
    reading = Reading(change, outcome.answer, seen)
    desk.keep(FILE, reading.facts)
    return reading


def point(finding: Finding) -> str:
    """A finding in one line, with its place."""
    place = f"{finding.file}:{finding.line}" if finding.line else finding.file
    return f"{place} ({finding.severity}): {finding.text}"


def _runnable(seen: Inspection) -> Check:
    """Whether nothing stands in the change that the rig certainly cannot run."""
    if not seen.certain:
        return Check(ok=True)
    feedback = f"This cannot be approved as it is:\n{told(seen.certain)}"
    return Check(ok=False, feedback=feedback)


def _task(change: Change, seen: Inspection) -> str:
    patch = diff_text(change.repo.path, change.base, "HEAD", chars=DIFF_CHARS)
    parts = [
        change.rig,
        "Review this change. Whether its tests are green is checked by code.",
        change.asked,
        numbered(change.criteria),
        seen.text,
        material("the diff under review", patch),
    ]
    return "\n\n".join(part for part in parts if part)
