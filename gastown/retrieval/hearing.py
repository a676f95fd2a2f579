"""Hearing: one question, from the first passages to an answer whose citations hold, or to none.

Code decides at each turn: more passages for a model that wants to look elsewhere, the faults for
one that cites what is not there, and *I don't know* when it has done so too often.
"""

from dataclasses import dataclass, field

from pydantic import BaseModel

from gastown.agents.protocols import Check
from gastown.retrieval.answer import CrewAnswer
from gastown.retrieval.cite import Judged, judge
from gastown.retrieval.find import find
from gastown.retrieval.index import Index
from gastown.retrieval.passages import Passage
from gastown.retrieval.prompt import faults_text, more_text, task_text

TRIES = 3
"""Answers with citations that do not hold before it is *I don't know*."""
LOOKS = 2
"""How often a model may have other words looked for."""
MOST_CHARS = 24_000
"""Of passages: a small model reads these in time, a large one finds little more in more."""
_PASSAGES, _FILES, _LOOK = 0.55, 0.08, 0.12
"""Shares of a model's input. Card, schema and the answers that are sent back need the rest."""


@dataclass(slots=True)
class Hearing:
    """`room` is the characters of input that the model takes in all.

    `words` are what to look for first, where they are others than the question's.
    """

    index: Index
    rig: str
    question: str
    room: int
    words: str = ""
    judged: Judged = field(default_factory=Judged)
    because: str = ""
    _shown: list[Passage] = field(default_factory=list[Passage])
    _tries: int = 0
    _looks: int = 0

    def task(self) -> str:
        """What the model is told at first."""
        self._shown = find(
            self.index, self.words or self.question, min(MOST_CHARS, int(self.room * _PASSAGES))
        )
        files = int(self.room * _FILES)
        return task_text(self.rig, self.question, self.index.files(), self._shown, files)

    def hear(self, answer: BaseModel | None) -> Check:
        """What is to be done about an answer; ok ends the session, whatever it came to."""
        match answer:
            case CrewAnswer(verdict="answered"):
                return self._answered(answer)
            case CrewAnswer(verdict="look"):
                return self._look(answer)
            case _:
                return self._unknown("the rig does not say it")

    def _answered(self, answer: CrewAnswer) -> Check:
        self.judged = judge(answer, self.index, self.question)
        if not self.judged.faults:
            return Check(ok=True, facts={"citations": len(self.judged.cited)})
        self._tries += 1
        if self._tries < TRIES:
            return Check(ok=False, feedback=faults_text(self.judged.faults))
        return self._unknown(f"no answer held: {self.judged.faults[0]}")

    def _look(self, answer: CrewAnswer) -> Check:
        if self._looks == LOOKS:
            return self._unknown("the model found nothing that says it")
        self._looks += 1
        words = " ".join(answer.look)
        found = find(self.index, words, int(self.room * _LOOK)) if words else []
        new = [passage for passage in found if passage not in self._shown]
        self._shown += new
        return Check(ok=False, feedback=more_text(new, last=self._looks == LOOKS))

    def _unknown(self, because: str) -> Check:
        self.judged, self.because = Judged(), because
        return Check(ok=True, facts={"unknown": because})
