"""Offer: what the town may take of the machine at all, and what of it at this moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from gastown.errors import OvercommitError
from gastown.machine.admission.ask import Amounts, Ask, Lease
from gastown.machine.capacity import DIMENSIONS, Capacity, check_fit
from gastown.machine.machine import Machine, Share


class Offer(Protocol):
    """What an asker may see taken, by everybody together."""

    @property
    def lent(self) -> Capacity:
        """Of the machine, at the most; more is refused."""
        ...

    @property
    def slots(self) -> Mapping[str, int]:
        """How many slots of each name there are."""
        ...

    def cap(self, ours: Capacity, pending: Capacity) -> Amounts:
        """At this moment, where leases hold `ours`, of which `pending` is not in use yet."""
        ...


@dataclass(frozen=True, slots=True)
class Fixed:
    """A machine that nobody else uses."""

    lent: Capacity
    slots: Mapping[str, int] = field(default_factory=dict[str, int])

    def cap(self, ours: Capacity, pending: Capacity) -> Amounts:
        """All of it, always."""
        del ours, pending
        return {name: self.lent[name] for name in DIMENSIONS} | dict(self.slots)


@dataclass(frozen=True, slots=True)
class Looked:
    """A machine as it was looked at: others' programs shrink what it offers."""

    machine: Machine
    slots: Mapping[str, int] = field(default_factory=dict[str, int])

    @property
    def lent(self) -> Capacity:
        """What its person does not keep."""
        return self.machine.lent

    def cap(self, ours: Capacity, pending: Capacity) -> Amounts:
        """What is lent, or what leases hold and others leave free, where that is less."""
        shares = self.machine.shares
        now = {name: _now(share, ours[name], pending[name]) for name, share in shares.items()}
        return {**now, **self.slots}


def cap_beside(offer: Offer, leases: Sequence[Lease]) -> Amounts:
    """What may be taken in all at this moment, where those leases stand."""
    ours = sum((one.ask.demand.capacity for one in leases), Capacity())
    pending = sum((one.ask.demand.capacity for one in leases if one.ask.pending), Capacity())
    return offer.cap(ours, pending)


def _now(share: Share, ours: int, pending: int) -> int:
    if share.measured is None:
        return share.lent
    free = share.measured.free - share.measured.margin
    return max(0, min(share.lent, ours + free - pending))


def check_ask(ask: Ask, offer: Offer) -> None:
    """Raise OvercommitError with the sum when it could not be granted on an empty machine."""
    who = ask.title or ask.who
    check_fit({who: ask.demand.capacity}, offer.lent)
    for name, count in ask.demand.slots.items():
        there = offer.slots.get(name, 0)
        if count > there:
            raise OvercommitError(f"{name}: {who} {count} of {there}, {count - there} too many")
