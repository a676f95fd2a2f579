"""Hint: what a plan ahead says of a session; placement follows it under its own guard."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from gastown.machine.capacity import DIMENSIONS, Capacity
from gastown.placement.outlook import Ready

OFF_S = 2.0
"""A session that ends so much sooner or later than planned changes nothing."""
OFF_MIB = 512
"""Memory that comes and goes by as much changes nothing either."""


class Hint(NamedTuple):
    """A session's place in the order, and whether to burst."""

    rank: float = 0.0
    burst: bool = False


Hints = Mapping[str, Hint]
"""By session; of one that is not in it the plan says nothing."""
NO_HINTS: Final[Hints] = MappingProxyType({})


def hinted(ready: Ready, hints: Hints) -> Ready:
    """The session with what the plan says of it."""
    hint = hints.get(ready.session.key)
    if hint is None:
        return ready
    return ready._replace(rank=hint.rank, hint="cloud" if hint.burst else "")


def is_off(planned: float, end: float) -> bool:
    """Whether a session's end differs so much from its planned one that a new plan is worth it."""
    return abs(end - planned) > OFF_S


def is_other(cap: Capacity, planned: Capacity) -> bool:
    """Whether the machine lends so much more or less than planned that a new plan is worth it."""
    steps = (OFF_MIB if name.endswith("_mib") else 0 for name in DIMENSIONS)
    pairs = zip(DIMENSIONS, steps, strict=True)
    return any(abs(cap[name] - planned[name]) > step for name, step in pairs)
