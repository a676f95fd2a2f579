"""Floor: what the machine has free while one round of decisions is made, and when it frees more.

An idle model is as good as free: it is unloaded when its room is wanted. So what counts is what
leases claim and the weights of the models that they use.
"""

from collections.abc import Iterable

from gastown.machine.capacity import DIMENSIONS, NAMES, Capacity
from gastown.placement.outlook import Lease
from gastown.placement.session import LocalRoute, Model

Vector = tuple[int, ...]
_THE_GPU = "the GPU"


class Floor:
    """Leases under one cap. Admitting a session changes it at once, so the next one sees it."""

    def __init__(self, now: float, cap: Capacity, leases: Iterable[Lease]) -> None:
        self.now = now
        self._cap: Vector = _vector(cap)
        self._leases = sorted(leases, key=lambda lease: lease.ends)
        self._known: dict[tuple[Capacity, Model | None], tuple[float | None, str]] = {}

    def admit(self, lease: Lease) -> None:
        """Take one more."""
        self._leases = sorted([*self._leases, lease], key=lambda one: one.ends)
        self._known.clear()

    def earliest(self, route: LocalRoute) -> tuple[float | None, str]:
        """When such a session can start, as far as the leases say, and what it waits for.

        `now` itself where it fits; None where it does not fit even alone.
        """
        shape = (route.claims, route.model)
        found = self._known.get(shape)
        if found is None:
            found = self._known[shape] = self._search(route)
        return found

    def fits(self, claims: Capacity) -> bool:
        """Whether there is room for this now, beside every lease."""
        return self._short(self._leases, claims, None) is None

    def delays(self, lease: Lease, head: LocalRoute, start: float) -> bool:
        """Whether admitting `lease` would keep `head` from starting at `start`."""
        rest = [one for one in self._leases if one.ends > start]
        if lease.ends > start:
            rest.append(lease)
        return self._short(rest, head.claims, head.model) is not None

    def _search(self, route: LocalRoute) -> tuple[float | None, str]:
        lacking = self._short(self._leases, route.claims, route.model)
        if lacking is None:
            return self.now, ""
        for index, lease in enumerate(self._leases, start=1):
            if self._short(self._leases[index:], route.claims, route.model) is None:
                return max(self.now, lease.ends), lacking
        return None, self._short([], route.claims, route.model) or lacking

    def _short(self, leases: list[Lease], claims: Capacity, model: Model | None) -> str | None:
        """The first thing that there is too little of for `claims` beside these; None: it fits."""
        total = list(_vector(claims))
        models = {model.name: model} if model else {}
        users = 0
        for lease in leases:
            _add(total, lease.claims)
            if lease.model is not None:
                models.setdefault(lease.model.name, lease.model)
                users += model is not None and lease.model.name == model.name
        if model is not None and users >= model.slots:
            return f"a slot of {model.name}"
        for each in models.values():
            _add(total, each.weights)
        for name, wanted, has in zip(DIMENSIONS, total, self._cap, strict=True):
            if wanted > has:
                return _THE_GPU if name == "vram_mib" else NAMES[name]
        return None


def _vector(amounts: Capacity) -> Vector:
    return (
        amounts.vram_mib,
        amounts.ram_mib,
        amounts.p_cores,
        amounts.e_cores,
        amounts.sandboxes,
    )


def _add(total: list[int], more: Capacity) -> None:
    for place, amount in enumerate(_vector(more)):
        total[place] += amount


def unloads(cap: Capacity, leases: Iterable[Lease], loaded: Iterable[Model]) -> tuple[Model, ...]:
    """Idle models to take out of memory, the longest unused first, so that all else fits."""
    claims, used = Capacity(), {lease.model.name for lease in leases if lease.model}
    for lease in leases:
        claims += lease.claims
    models = list(loaded)
    gone: list[Model] = []
    for model in models:
        weights = (one.weights for one in models if one not in gone)
        if sum(weights, claims).fits(cap):
            break
        if model.name not in used:
            gone.append(model)
    return tuple(gone)
