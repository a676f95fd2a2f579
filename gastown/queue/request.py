"""MergeRequest: a branch that asks to be merged, and what became of it; one file of the rig."""

import hashlib
from datetime import datetime
from typing import Literal

from pydantic import Field

from gastown.errors import StaleTokenError
from gastown.queue.outcome import Contained, Merged, Outcome, Red
from gastown.rigs.rebase import Conflict
from gastown.rigs.report import TestReport
from gastown.stage import Frozen

State = Literal["ready", "testing", "merged", "red", "conflict", "contained", "withdrawn"]
OPEN: frozenset[State] = frozenset({"ready", "testing"})
REFUSED: frozenset[State] = frozenset({"red", "conflict"})


class MergeRequest(Frozen):
    """One branch and its target. A branch that asks again has a new ticket, and the same id."""

    id: str
    ticket: str
    branch: str
    tip: str = Field(description="The commit that was approved; no other is merged.")
    target: str
    trunk: str = Field(description="Where the target starts, if origin has none yet.")
    bead: str
    author: str
    asked_at: datetime
    convoy: str = ""
    convoy_at: datetime | None = None
    priority: int = Field(default=2, ge=0, le=4)
    step: str = Field(default="", description="Under whose claim it asks; empty: nobody's.")
    token: int = 0
    keep: bool = Field(default=False, description="Merged with its commits' ids, not rebased.")
    retries: int = Field(default=0, description="How often the branch was refused before.")
    state: State = "ready"
    reason: str = ""
    commit: str = ""
    report: TestReport | None = None
    files: tuple[str, ...] = ()
    text: str = Field(default="", description="The clashing hunks.")
    note: str = ""
    named: bool = Field(default=False, description="Of a red one: red tests pointed to it.")
    settled_at: datetime | None = None

    @property
    def open(self) -> bool:
        """It has no verdict yet."""
        return self.state in OPEN


def id_of(branch: str, target: str) -> str:
    """A request's name, short enough to type."""
    return f"mr-{hashlib.sha256(f'{branch} {target}'.encode()).hexdigest()[:8]}"


def outcome_of(request: MergeRequest) -> Outcome:
    """A settled request's verdict, for whoever asked.

    Raises StaleTokenError for one that was withdrawn; it has none.
    """
    if request.state == "conflict":
        return Conflict(request.files, request.text)
    if request.state == "contained":
        return Contained(request.commit)
    if request.report is not None and request.state == "merged":
        return Merged(request.commit, request.report, request.note)
    if request.report is not None and request.state == "red":
        return Red(request.report)
    raise StaleTokenError(f"{request.branch} was withdrawn from the merge queue: {request.reason}")
