"""History: all that happened in a run in virtual time, enough to check it without the simulator."""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from gastown.machine.capacity import Capacity
from gastown.placement.decide import Decision
from gastown.placement.session import Model, Session


class Stay(NamedTuple):
    """One session at work: where, from when to when, why there, and what it cost.

    `claims` is what it took of the machine beside a model's weights; money in micro-dollars.
    """

    convoy: str
    session: Session
    where: Literal["local", "cloud"]
    ready: float
    start: float
    end: float
    decision: Decision
    reserved: int = 0
    paid: int = 0
    power: int = 0

    @property
    def claims(self) -> Capacity:
        """What it took of the machine."""
        route = self.session.local if self.where == "local" else self.session.burst
        return route.claims if route else Capacity()

    @property
    def model(self) -> Model | None:
        """The local model that it used."""
        local = self.session.local
        return local.model if local and self.where == "local" else None


class Load(NamedTuple):
    """A model in memory, from when to when."""

    model: str
    weights: Capacity
    start: float
    end: float


class Move(NamedTuple):
    """A convoy's target that changed, and when: work was sent back."""

    at: float
    convoy: str
    target: float


@dataclass(slots=True)
class History:
    """One run. `held` are sessions that could never start."""

    stays: list[Stay] = field(default_factory=list[Stay])
    loads: list[Load] = field(default_factory=list[Load])
    moves: list[Move] = field(default_factory=list[Move])
    rounds: list[tuple[float, tuple[Decision, ...]]] = field(
        default_factory=list[tuple[float, tuple[Decision, ...]]]
    )
    held: tuple[Decision, ...] = ()
    done: dict[str, float] = field(default_factory=dict[str, float])
    unsettled: int = 0

    @property
    def end(self) -> float:
        """When the last session ended."""
        return max((stay.end for stay in self.stays), default=0.0)

    @property
    def paid(self) -> int:
        """Micro-dollars to clouds."""
        return sum(stay.paid for stay in self.stays)

    @property
    def power(self) -> int:
        """Micro-dollars of electricity here."""
        return sum(stay.power for stay in self.stays)

    @property
    def net(self) -> int:
        """Both."""
        return self.paid + self.power

    def target(self, convoy: str) -> float:
        """The convoy's last target."""
        return [move.target for move in self.moves if move.convoy == convoy][-1]
