"""Door: the one way out that a jailed command-line agent has, to its model and nowhere else.

The door stands outside the jail and is a unix socket in a folder that the jail is lent. It holds
the endpoint's key, counts what is used, and closes when a limit is reached or a budget is spent; so
the agent needs no key, and no flag of its own has to be believed.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Literal, Protocol

from gastown.agents.protocols import Limits
from gastown.agents.stops import Stop
from gastown.stage import Usage

Wire = Literal["chat", "responses", "messages", "google"]
"""What an agent speaks: OpenAI's two, Anthropic's, Google's."""

HOLD = "/hold"
"""Asked for once and answered by silence: when this connection ends, the agent is to be ended."""


class OpenDoor(Protocol):
    """A door in use by one session."""

    @property
    def usage(self) -> Usage:
        """What went through it so far, as the endpoint counted it."""
        ...

    @property
    def turns(self) -> int:
        """Requests that were answered."""
        ...

    @property
    def stop(self) -> Stop | None:
        """The limit for which it closed."""
        ...

    @property
    def busy(self) -> str:
        """Why the endpoint did not answer the last request, if it may answer later; else empty."""
        ...


class Door(Protocol):
    """A model's door. `secrets` are its keys: no transcript ever shows them."""

    name: str
    model: str
    context: int
    secrets: tuple[str, ...]

    def open(
        self,
        socket: Path,
        limits: Limits,
        session: Mapping[str, str],
        note: Callable[..., None],
    ) -> AbstractContextManager[OpenDoor]:
        """Let requests through `socket` until the block ends or a limit is reached.

        Every request is said to be of `session`, and told to `note` as a transcript's event.
        """
        ...
