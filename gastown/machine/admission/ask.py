"""Ask and Lease: what somebody wants of the machine, and what he was given of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from gastown.machine.capacity import DIMENSIONS, Capacity

Amounts = Mapping[str, int]
"""How much of each thing, by its name: the five dimensions and any slots; none below one."""

Kind = Literal["activity", "residency"]
NOTHING = Capacity()


@dataclass(frozen=True, slots=True)
class Demand:
    """What is wanted at once: of the machine, and of named slots such as `model:q7`."""

    capacity: Capacity = NOTHING
    slots: Mapping[str, int] = field(default_factory=dict[str, int])

    def __post_init__(self) -> None:
        if wrong := [name for name, count in self.slots.items() if count < 0 or name in DIMENSIONS]:
            raise ValueError(f"no slots can be called so, or be less than none: {wrong}")

    @property
    def amounts(self) -> dict[str, int]:
        """All of it by name, without what nothing is wanted of."""
        whole = {name: self.capacity[name] for name in DIMENSIONS} | dict(self.slots)
        return {name: amount for name, amount in whole.items() if amount}


@dataclass(frozen=True, slots=True)
class Ask:
    """A wish for a lease.

    Attributes:
        who: Whose it will be: a step's bead, a model.
        title: The same for a person.
        demand: What is wanted, all of it at once.
        kind: `activity` is a session; `residency` is a loaded model, whoever uses it.
        town: Folder of the town that asks; several may share a machine.
        priority: Each level counts as one minute of waiting; so nobody waits for ever.
        expect_s: How long it will be held, if that can be told.
        pending: It is claimed before it is in use, so what is measured as free still counts it.
    """

    who: str
    demand: Demand
    title: str = ""
    kind: Kind = "activity"
    town: str = ""
    priority: int = 0
    expect_s: float | None = None
    pending: bool = False


@dataclass(frozen=True, slots=True)
class Lease:
    """What was given. `token` is never given twice, so a stale one frees nothing of another's.

    Times are seconds of the ledger's clock, which starts with the machine.
    """

    token: int
    ticket: int
    holder: str
    ask: Ask
    granted_at: float
    expires_at: float
    because: str


def claimed(leases: Iterable[Lease]) -> Capacity:
    """What leases hold of the machine together."""
    return sum((lease.ask.demand.capacity for lease in leases), NOTHING)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody in the queue, and what he waits for."""

    ticket: int
    holder: str
    ask: Ask
    asked_at: float
    because: str
