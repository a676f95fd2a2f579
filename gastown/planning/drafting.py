"""Drafting: a Mayor's session as code sees it: faults go back, questions go to the Crew."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel

from gastown.agents.protocols import Check
from gastown.planning.answer import PlanAnswer, RigQuestion
from gastown.planning.check import faults

TRIES = 3
"""Answers with faults before a person is told."""
MOST_QUESTIONS = 6


@dataclass(slots=True)
class Drafting:
    """`rigs` are the town's, `asked` those it may touch; `faults` are left when it ends in vain."""

    rigs: Sequence[str]
    asked: Sequence[str]
    may_ask: bool
    faults: tuple[str, ...] = ()
    questions: tuple[RigQuestion, ...] = ()
    _tries: int = 0

    def hear(self, answer: BaseModel | None) -> Check:
        """What is to be done about an answer; ok ends the session, whatever it came to."""
        if not isinstance(answer, PlanAnswer):
            return Check(ok=False, feedback="Hand in a plan.")
        self.questions = answer.questions[:MOST_QUESTIONS] if self.may_ask else ()
        self.faults = self._faults(answer)
        if not self.faults:
            return Check(ok=True, facts={"questions": len(self.questions)})
        self._tries += 1
        if self._tries >= TRIES:
            return Check(ok=True, facts={"faults": list(self.faults)})
        told = "\n".join(f"- {fault}" for fault in self.faults)
        return Check(ok=False, feedback=f"This cannot be a plan yet:\n{told}\nSet all of it right.")

    def _faults(self, answer: PlanAnswer) -> tuple[str, ...]:
        """Of the plan, or of the questions where some are asked: the plan comes later then."""
        if not self.questions:
            return tuple(faults(answer, self.rigs, self.asked))
        unknown = sorted({one.rig for one in self.questions} - set(self.asked))
        known = ", ".join(self.asked)
        return tuple(f"questions: no Crew of {rig!r} to ask; rigs: {known}" for rig in unknown)
