"""Resident: a model's weights count once, with whoever the host's ledger says holds them.

The keeper of a model holds a lease of its weights from before it is loaded until it is gone. So
placement adds them to what leases claim only where there is no such lease yet.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace

from gastown.machine.admission.ask import Lease
from gastown.placement.session import NOTHING, Model, Session


def resident(leases: Iterable[Lease], town: str) -> frozenset[str]:
    """The town's models that hold their weights, loaded or loading, by what their slots are called.

    A model of the same name in another town is another one, with memory of its own.
    """
    return frozenset(
        one.ask.who for one in leases if one.ask.kind == "residency" and one.ask.town == town
    )


def settled(model: Model, held: Collection[str]) -> Model:
    """The model as it counts now: without weights, if its residency is among what is held."""
    return replace(model, weights=NOTHING) if model.slot in held else model


def settle(session: Session, held: Collection[str]) -> Session:
    """The session with its model so."""
    local = session.local
    if local is None or local.model is None:
        return session
    return replace(session, local=replace(local, model=settled(local.model, held)))


def loads(session: Session) -> bool:
    """Whether a settled session has to load its model, so needs more than it asks for itself."""
    model = session.local.model if session.local else None
    return model is not None and bool(model.slot) and model.weights != NOTHING
