"""CrewAnswer: what the Crew may say; every word of it that can be checked against the rig is."""

from typing import Annotated, Literal

from pydantic import Field

from gastown.agents.answers import FEW, Answer, File, Line, Text, Title


class Citation(Answer):
    """A place in the rig that says what the answer says."""

    file: File = Field(description="Path in the repository, as it is written above the passage.")
    first: Line = Field(description="Number of the first line that is meant.")
    last: Line = Field(description="Number of the last line that is meant.")
    quote: Text = Field(
        description="Words of these lines, letter for letter, without line numbers."
    )


class CrewAnswer(Answer):
    """The Crew's answer to one question about a rig."""

    verdict: Literal["answered", "look", "unknown"] = Field(
        description=(
            "answered: the passages say it. look: other words must be looked for first. "
            "unknown: the rig does not say it."
        )
    )
    answer: Text | None = Field(default=None, description="For answered: in a few sentences.")
    citations: Annotated[tuple[Citation, ...], FEW] = Field(
        default=(), description="For answered: at least one; each statement needs its own."
    )
    look: Annotated[tuple[Title, ...], FEW] = Field(
        default=(), description="For look: names or words that may stand where the answer is."
    )
