"""Town: a machine, budgets and convoys as numbers, to be run in virtual time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from gastown.machine.capacity import Capacity
from gastown.placement.outlook import Lease
from gastown.placement.session import Model, Session


@dataclass(frozen=True, slots=True)
class Convoy:
    """Sessions with a common target. `purses` are the budget scopes that must grant each of them.

    `hidden` maps a session to the one whose end shows that it is needed: a review that sends work
    back. Until then nobody knows of it, and its dependents do not wait for it. `target` is when it
    is to be done, where that was set before; needs on sessions that are not here are closed.
    """

    name: str
    sessions: tuple[Session, ...]
    start: float = 0.0
    stretch: float = 0.25
    purses: tuple[str, ...] = ()
    hidden: Mapping[str, str] = field(default_factory=dict[str, str])
    target: float | None = None


class Fact(NamedTuple):
    """How a session turns out against its estimates: factors of its seconds and of its price."""

    local: float = 1.0
    cloud: float = 1.0
    price: float = 1.0


@dataclass(frozen=True, slots=True)
class Town:
    """What is simulated. Session keys are distinct across convoys.

    `caps` are later capacities with the second from which they hold; `limits` the budgets in
    micro-dollars by scope; `facts` how sessions turn out, exactly as estimated where none is named;
    `spread` how unsure the policy takes the estimates to be (gastown.placement.tails).

    A town that is at work already begins at `now`: `leases` are sessions at work, of convoys by the
    session's key, also those in the cloud, and `loaded` the models in memory, last used last.
    """

    cap: Capacity
    convoys: tuple[Convoy, ...]
    limits: Mapping[str, int] = field(default_factory=dict[str, int])
    caps: tuple[tuple[float, Capacity], ...] = ()
    cloud_room: int | None = None
    facts: Mapping[str, Fact] = field(default_factory=dict[str, Fact])
    spread: float = 0.0
    now: float = 0.0
    leases: tuple[Lease, ...] = ()
    loaded: tuple[Model, ...] = ()
