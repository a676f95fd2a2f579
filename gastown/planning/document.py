"""PlanDocument: a plan as the town keeps it, one version of it; a value."""

import hashlib
from datetime import datetime

from gastown.planning.answer import PlanAnswer, PlannedBead, RigPart
from gastown.planning.prospect import Prospect
from gastown.retrieval.reply import Reply
from gastown.stage import Frozen

PREFIX = "plan-"
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_LENGTH = 5


class PlanDocument(Frozen):
    """`remark` is what a person said of the version before; `prospect` what it costs, then."""

    id: str
    version: int = 1
    idea: str
    remark: str = ""
    title: str
    goal: str
    acceptance: tuple[str, ...]
    risks: tuple[str, ...] = ()
    rigs: tuple[RigPart, ...]
    beads: tuple[PlannedBead, ...]
    knowledge: tuple[Reply, ...] = ()
    prospect: Prospect | None = None
    asked: tuple[str, ...]
    author: str = ""
    model: str | None = None
    created_at: datetime

    @property
    def place(self) -> str:
        """Its folder in the Mayor's repository."""
        return f"plans/{self.id}"


def plan_id(idea: str, at: datetime, number: int = 0) -> str:
    """An id for a new plan; `number` makes another one where that is taken."""
    value = int(hashlib.sha256(f"{idea}\n{at.isoformat()}\n{number}".encode()).hexdigest(), 16)
    digits = ""
    for _ in range(_LENGTH):
        value, digit = divmod(value, len(_DIGITS))
        digits += _DIGITS[digit]
    return f"{PREFIX}{digits}"


def as_answer(plan: PlanDocument) -> PlanAnswer:
    """What the Mayor had handed in for it."""
    return PlanAnswer(
        title=plan.title,
        goal=plan.goal,
        acceptance=plan.acceptance,
        risks=plan.risks,
        rigs=plan.rigs,
        beads=plan.beads,
    )
