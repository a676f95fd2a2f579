"""Hint: what a plan ahead says of a session; placement follows it under its own guard."""

from collections.abc import Mapping
from typing import NamedTuple

from gastown.placement.outlook import Ready


class Hint(NamedTuple):
    """A session's place in the order, and whether to burst."""

    rank: float = 0.0
    burst: bool = False


OFF_S = 2.0  # a session that ends so much sooner or later than planned changes nothing


Hints = Mapping[str, Hint]
"""By session; of one that is not in it the plan says nothing."""


def hinted(ready: Ready, hints: Hints) -> Ready:
    """The session with what the plan says of it."""
    hint = hints.get(ready.session.key)
    if hint is None:
        return ready
    return ready._replace(rank=hint.rank, hint="cloud" if hint.burst else "")


def is_off(planned: float, end: float) -> bool:
    """Whether a session's end differs so much from its planned one that a new plan is worth it."""
    return abs(end - planned) > OFF_S
