"""Resident: a model's weights count once, with whoever the host's ledger says holds them.

The keeper of a model holds a lease of its weights from before it is loaded until it is gone. One of
the town's own that is idle is as good as free room: it is unloaded when its room is wanted. One
that must stay counts as its lease says, and its sessions add nothing.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from gastown.machine.admission.ask import Lease
from gastown.machine.capacity import Capacity
from gastown.placement.session import NOTHING, Model, Session


@dataclass(frozen=True, slots=True)
class Residents:
    """A town's models, by what their slots are called, and which of them are in memory.

    `movable` may be unloaded; with what each holds. `fixed` stay, whoever waits. Models that are
    loading count as loaded.
    """

    town: str = ""
    models: Mapping[str, Model] = field(default_factory=dict[str, Model])
    movable: Mapping[str, Capacity] = field(default_factory=dict[str, Capacity])
    fixed: Collection[str] = frozenset()

    @property
    def loaded(self) -> tuple[Model, ...]:
        """Those that may be unloaded, the longest loaded first."""
        return tuple(self.model(self.models[slot]) for slot in self.movable)

    def model(self, model: Model) -> Model:
        """A model as it counts now."""
        if model.slot in self.fixed:
            return replace(model, weights=NOTHING)
        weights = self.movable.get(model.slot) if model.slot else None
        return model if weights is None else replace(model, weights=weights)

    def session(self, session: Session) -> Session:
        """A session with its model so."""
        local = session.local
        if local is None or local.model is None:
            return session
        return replace(session, local=replace(local, model=self.model(local.model)))

    def loads(self, session: Session) -> bool:
        """Whether a session has to load its model first: it needs more than it asks for itself."""
        model = session.local.model if session.local else None
        if model is None or not model.slot or model.weights == NOTHING:
            return False
        return model.slot not in self.movable and model.slot not in self.fixed

    def may_leave(self, lease: Lease) -> bool:
        """Whether a lease is a model's that may be unloaded, so is no claim that stands."""
        ask = lease.ask
        return (ask.kind, ask.town) == ("residency", self.town) and ask.who in self.movable

    def user(self, slots: Iterable[str]) -> Model | None:
        """The model that a lease of such slots uses, as it counts now."""
        slot = next((one for one in slots if one in self.models), None)
        return None if slot is None else self.model(self.models[slot])


NO_RESIDENTS: Final = Residents()


def residents(
    leases: Iterable[Lease],
    town: str,
    models: Mapping[str, Model] | None = None,
    stay: Collection[str] = (),
) -> Residents:
    """Who is in memory by these leases, the oldest first.

    Args:
        leases: Of this host. Another town's model of the same name has memory of its own.
        town: The folder of the town whose models these are.
        models: Models of the town that may be unloaded, by what their slots are called.
        stay: Slots of those that may not, after all.
    """
    held = {
        one.ask.who: one.ask.demand.capacity
        for one in leases
        if one.ask.kind == "residency" and one.ask.town == town
    }
    known = models or {}
    movable = {slot: held[slot] for slot in held if slot in known and slot not in stay}
    return Residents(town, known, movable, frozenset(held.keys() - movable.keys()))
