"""Posting: the hands of an agent, and a letterbox to put letters into.

What is written is text for whoever reads it. Whether it is sent is not for the model to say: the
outbox knows to whom, how much and how often.
"""

from collections.abc import Mapping
from typing import Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gastown.agents.protocols import Environment, Observation, Pack
from gastown.agents.schemas import function_of, problems_of
from gastown.errors import GasTownError

SEND_MAIL = "send_mail"
DOES = (
    "Write a letter. Its reader sees it at their next turn; nobody answers while you work, so go "
    "on. HELP calls for somebody who can settle what you cannot."
)


class Wish(BaseModel):
    """Arguments of send_mail: what the model wants sent."""

    model_config = ConfigDict(extra="forbid")
    to: str = Field(description="mayor, deacon, <rig>/refinery, …; HELP also: overseer.")
    kind: Literal["NOTE", "HELP"] = "NOTE"
    subject: str
    text: str = ""
    problem: str = Field(default="", description="HELP needs it: what is wrong, in one line.")


class Outbox(Protocol):
    """Where an agent's letters go."""

    def post(self, wish: Wish) -> str:
        """Send it, and say so. Raises GasTownError with the reason why it was not."""
        ...


class Posting:
    """An Environment with one tool more than the one it stands before."""

    def __init__(self, hands: Environment, outbox: Outbox) -> None:
        self._hands = hands
        self._outbox = outbox

    def schemas(self) -> tuple[Mapping[str, Any], ...]:
        """The tools of the hands, and the letter."""
        return (*self._hands.schemas(), function_of(SEND_MAIL, DOES, Wish))

    def execute(self, name: str, arguments: Mapping[str, Any]) -> Observation:
        """Run a tool, or post a letter; what is not sent is an observation too."""
        if name != SEND_MAIL:
            return self._hands.execute(name, arguments)
        try:
            return Observation(self._outbox.post(Wish.model_validate(dict(arguments))))
        except ValidationError as error:
            return Observation(f"{name}: {problems_of(error)}", "malformed")
        except GasTownError as error:
            return Observation(f"Not sent: {error}", "refused")

    def pack(self, chars: int) -> Pack:
        """The files of the hands."""
        return self._hands.pack(chars)
