"""Floor: what the machine has free while one round of decisions is made, and when it frees more.

An idle model is as good as free: it is unloaded when its room is wanted. So what counts is what
leases claim and the weights of the models that they use.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from gastown.machine.capacity import DIMENSIONS, NAMES, Capacity
from gastown.placement.outlook import Lease
from gastown.placement.session import NOTHING, Model

_THE_GPU = "the GPU"


class Use(NamedTuple):
    """What some leases take together, weights included, and how many sessions each model serves."""

    total: Capacity
    users: dict[str, int]


class Shape(NamedTuple):
    """What a session wants of the machine."""

    claims: Capacity
    model: Model | None = None


class Floor:
    """Leases under one cap. Admitting a session changes it at once, so the next one sees it."""

    def __init__(self, now: float, cap: Capacity, leases: Iterable[Lease]) -> None:
        self.now = now
        self._cap = cap
        self._leases = sorted(leases, key=_ends)
        self._uses = _uses(self._leases)
        self._known: dict[Shape, tuple[float | None, str]] = {}

    def admit(self, lease: Lease) -> None:
        """Take one more."""
        insort(self._leases, lease, key=_ends)
        self._uses = _uses(self._leases)
        self._known.clear()

    def earliest(self, shape: Shape) -> tuple[float | None, str]:
        """When such a session can start, as far as the leases say, and what it waits for.

        `now` and nothing to wait for where it fits; None where it does not fit even alone.
        """
        found = self._known.get(shape)
        if found is None:
            found = self._known[shape] = self._search(shape)
        return found

    def fits(self, claims: Capacity) -> bool:
        """Whether there is room for this now, beside every lease; nothing always fits."""
        return claims == NOTHING or not self.earliest(Shape(claims))[1]

    def in_the_way(self, loaded: Sequence[Model]) -> tuple[Model, ...]:
        """Idle models of `loaded` that must leave memory for the leases."""
        return unloads(self._cap, self._leases, loaded)

    def delays(self, lease: Lease, head: Shape, start: float) -> bool:
        """Whether admitting `lease` would keep `head` from starting at `start`."""
        rest = [one for one in self._leases if one.ends > start]
        if lease.ends > start:
            rest.append(lease)
        return bool(self._short(_uses(rest)[0], head))

    def _search(self, shape: Shape) -> tuple[float | None, str]:
        """The more leases end, the more is free; so the first end that suffices is bisected."""
        lacking = self._short(self._uses[0], shape)
        if not lacking:
            return self.now, ""
        ended = bisect_left(self._uses, 1, key=lambda use: not self._short(use, shape))
        if ended == len(self._uses):
            return None, self._short(self._uses[-1], shape)
        return max(self.now, self._leases[ended - 1].ends), lacking

    def _short(self, use: Use, shape: Shape) -> str:
        """The first thing that there is too little of beside what is used; empty: it fits."""
        claims, model, weights = shape.claims, shape.model, NOTHING
        if model is not None:
            users = use.users.get(model.name, 0)
            if users >= model.slots:
                return f"a slot of {model.name}"
            weights = NOTHING if users else model.weights
        total, cap = use.total, self._cap
        if total.vram_mib + claims.vram_mib + weights.vram_mib > cap.vram_mib:
            return _THE_GPU
        for name in DIMENSIONS[1:]:
            if getattr(total, name) + getattr(claims, name) + getattr(weights, name) > getattr(
                cap, name
            ):
                return NAMES[name]
        return ""


def _ends(lease: Lease) -> float:
    return lease.ends


def _uses(leases: Sequence[Lease]) -> list[Use]:
    """What is taken after none, one, two … of the leases have ended, in their order."""
    use = Use(NOTHING, {})
    found = [use]
    for lease in reversed(leases):
        total, users = use.total + lease.claims, use.users
        if lease.model is not None:
            count = users.get(lease.model.name, 0)
            total = total if count else total + lease.model.weights
            users = {**users, lease.model.name: count + 1}
        use = Use(total, users)
        found.append(use)
    return found[::-1]


def unloads(cap: Capacity, leases: Iterable[Lease], loaded: Sequence[Model]) -> tuple[Model, ...]:
    """Idle models to take out of memory, the longest unused first, so that all else fits."""
    at_work = tuple(leases)
    used = {lease.model.name for lease in at_work if lease.model is not None}
    total = sum((lease.claims for lease in at_work), NOTHING)
    total = sum((model.weights for model in loaded), total)
    gone: list[Model] = []
    for model in loaded:
        if total.fits(cap):
            break
        if model.name not in used:
            gone.append(model)
            total -= model.weights
    return tuple(gone)
