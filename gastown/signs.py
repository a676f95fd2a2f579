"""Signs of life: what a session does now, told by whatever does it to whoever listens.

`health.heart` listens for the length of a session, in the thread that works. Where nobody listens
a sign costs a fraction of a microsecond and leaves nothing.
"""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal, Protocol

State = Literal["idle", "thinking", "streaming", "tool", "waiting"]
"""Between two things, a model is asked, its answer comes, a command runs, another has the turn."""


class Listener(Protocol):
    """Hears the signs of one session; every call must be as cheap as an assignment."""

    def enter(self, state: State, what: str, seconds: float | None) -> object:
        """Something begins that ends by itself after `seconds`; what was before, for `leave`."""
        ...

    def leave(self, before: object) -> None:
        """It ended; what was before goes on."""
        ...

    def streamed(self) -> None:
        """A piece of a model's answer came."""
        ...

    def answered(self, tokens: int) -> None:
        """A turn ended, with an answer of so many tokens."""
        ...

    def running(self, pid: int) -> None:
        """The command that was begun is this process of this host; it is over when that is left."""
        ...


_listener: ContextVar[Listener | None] = ContextVar("gastown_signs", default=None)


def listener() -> Listener | None:
    """Who listens to this thread, for one that works for it in another."""
    return _listener.get()


@contextmanager
def heard_by(one: Listener) -> Generator[None]:
    """Have the signs of this thread heard until the block ends."""
    before = _listener.set(one)
    try:
        yield
    finally:
        _listener.reset(before)


@contextmanager
def during(state: State, what: str = "", seconds: float | None = None) -> Generator[None]:
    """The block is of that state; `seconds` is when what it does gives up by itself."""
    one = _listener.get()
    if one is None:
        yield
        return
    before = one.enter(state, what, seconds)
    try:
        yield
    finally:
        one.leave(before)


def streamed(_: str = "") -> None:
    """A piece of a model's answer came; fit for `on_text`."""
    one = _listener.get()
    if one is not None:
        one.streamed()


def answered(tokens: int) -> None:
    """A turn ended, with an answer of so many tokens."""
    one = _listener.get()
    if one is not None:
        one.answered(tokens)


def running(pid: int) -> None:
    """The command that was begun is this process of this host."""
    one = _listener.get()
    if one is not None:
        one.running(pid)
