"""Outlook: what placement is told of the moment, and of each session that is ready."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from gastown.machine.capacity import Capacity
from gastown.placement.session import NOTHING, Model, Session


@dataclass(frozen=True, slots=True)
class Lease:
    """A session at work: what it claims here until it ends, as far as one can tell."""

    key: str
    ends: float
    claims: Capacity = NOTHING
    model: Model | None = None


@dataclass(frozen=True, slots=True)
class Purse:
    """What a budget's scope leaves, in micro-dollars.

    `left` is the limit less what is settled and reserved. Of it, `earmarked` is kept for sessions
    that can only run in the cloud, so that a convoy never strands before its last stage.
    """

    left: int
    earmarked: int = 0


class Ready(NamedTuple):
    """A session whose needs are closed.

    Attributes:
        session: What is to be placed.
        since: When it became ready.
        tail: Seconds of the longest way through the cloud that remains after it.
        target: When its convoy is to be done.
        purses: Names of the budget scopes that must all grant it; one without a limit does.
        hint: What the plan ahead says of it: leave the machine to others, or nothing.
        rank: Its place in the plan's order; sessions of a lower rank are considered first.
    """

    session: Session
    since: float
    tail: float
    target: float
    purses: tuple[str, ...] = ()
    hint: Literal["", "cloud"] = ""
    rank: float = 0.0


@dataclass(frozen=True, slots=True)
class Outlook:
    """The moment. Times are seconds on one clock, of any origin.

    `cap` is what the town may use now in all, leases and loaded models included; it shrinks when a
    person opens a heavy program. `loaded` are the models in memory, in the order of last use.
    `shut` tells of a cloud model (or of all, as "") why it takes no session now. `cloud_room` is
    how many more sessions the cloud takes at once; None: any number.
    """

    now: float
    cap: Capacity
    leases: tuple[Lease, ...] = ()
    loaded: tuple[Model, ...] = ()
    purses: Mapping[str, Purse] = field(default_factory=dict[str, Purse])
    shut: Mapping[str, str] = field(default_factory=dict[str, str])
    cloud_room: int | None = None
