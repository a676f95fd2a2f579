"""Reply: what a question about a rig came to, for a person, a program and the Mayor."""

from gastown.agents.brief import fenced, material
from gastown.agents.prose import one_line
from gastown.retrieval.cite import Cited
from gastown.stage import Frozen, Usage, Where

UNKNOWN = "I don't know"


class Reply(Frozen):
    """`text` is the answer, or *I don't know*; then `because` says whose word that is."""

    rig: str
    commit: str
    question: str
    answered: bool
    text: str = UNKNOWN
    because: str = ""
    citations: tuple[Cited, ...] = ()
    model: str | None = None
    where: Where = "local"
    reason: str = ""
    seconds: float = 0.0
    usage: Usage = Usage()

    @property
    def source(self) -> str:
        """What was read, and who answered."""
        here = "here" if self.where == "local" else "in the cloud"
        return (
            f"{self.rig} at {self.commit[:10]}; {self.model or 'no model'} {here}, "
            f"{self.seconds:.1f} s ({self.reason})"
        )

    @property
    def markdown(self) -> str:
        """The reply as a page shows it; what a rig or a model said starts nothing there."""
        cited = "\n".join(f"{one.place}  {one.quote}" for one in self.citations)
        parts = [
            f"### Asked\n{fenced(self.question)}",
            f"### {'Answered' if self.answered else 'Not answered'}\n{fenced(self.text)}",
            f"### It stands there\n{fenced(cited)}" if cited else "",
            f"### Because\n{fenced(self.because)}" if self.because else "",
            f"*{one_line(self.source)}*",
        ]
        return "\n\n".join(filter(None, parts))


def replies_text(replies: list[Reply]) -> str:
    """Replies as another role's model reads them; *I don't know* stands there too."""
    return "\n\n".join(map(_text, replies))


def _text(reply: Reply) -> str:
    cited = [f"- {one.place}: {one.quote}" for one in reply.citations]
    said = "\n".join([f"Question: {reply.question}", "", reply.text, *cited])
    return material(f"the Crew of {reply.rig}", said)
