"""Where the time of a stage goes: intervals spent waiting for a model, in git, in tests.

A stage opens a `Recorder` for its own thread; the code that waits marks its interval with `span`.
Outside a recorder a span costs two clock reads and records nothing.
"""

import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal, NamedTuple

from gastown.signs import State, during

Kind = Literal["model", "git", "tests", "scan", "build", "queue"]

_STATES: Mapping[Kind, State] = {"model": "thinking", "queue": "waiting"}


class Span(NamedTuple):
    """One interval, in seconds since the epoch."""

    kind: Kind
    start: float
    end: float


_current: ContextVar[list[Span] | None] = ContextVar("gastown_spans", default=None)


@contextmanager
def recording() -> Generator[list[Span]]:
    """Collect the spans of this thread (or async task) until the block ends."""
    spans: list[Span] = []
    token = _current.set(spans)
    try:
        yield spans
    finally:
        _current.reset(token)


@contextmanager
def span(kind: Kind) -> Generator[None]:
    """Mark the block as time of `kind` in the open recording, and as a sign of that, if heard."""
    start = time.time()
    try:
        with during(_STATES.get(kind, "tool"), "" if kind == "model" else kind):
            yield
    finally:
        spans = _current.get()
        if spans is not None:
            spans.append(Span(kind, start, time.time()))


def covered(spans: list[Span]) -> float:
    """Seconds in which at least one of `spans` was open (overlaps count once)."""
    total, reach = 0.0, float("-inf")
    for one in sorted(spans, key=lambda s: s.start):
        total += max(0.0, one.end - max(one.start, reach))
        reach = max(reach, one.end)
    return total
