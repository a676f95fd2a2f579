"""Way: idle models that must leave memory before a session that was placed here can start."""

from collections.abc import Iterable, Sequence
from math import inf

from gastown.machine.capacity import DIMENSIONS, Capacity
from gastown.placement.decide import Decision
from gastown.placement.floor import unloads
from gastown.placement.outlook import Lease, Outlook, Ready
from gastown.placement.session import NOTHING, Model, Session


def in_the_way(
    decisions: Iterable[Decision], ready: Iterable[Ready], outlook: Outlook
) -> dict[str, tuple[Model, ...]]:
    """By session: models that are in its way, the longest unused first. One in use never is.

    The decisions are one round's, in their order: what an earlier session was given the room of is
    no longer there for a later one.
    """
    sessions = {one.session.key: one.session for one in ready}
    leases, loaded = list(outlook.leases), _loaded(outlook)
    found: dict[str, tuple[Model, ...]] = {}
    for one in decisions:
        lease = _lease(one, sessions[one.key])
        if lease is None:
            continue
        leases.append(lease)
        loaded = _with(loaded, lease.model)
        gone = unloads(outlook.cap, leases, loaded)
        if mine := tuple(model for model in gone if _meet(model.weights, lease)):
            found[one.key] = mine
    return found


def _loaded(outlook: Outlook) -> Sequence[Model]:
    """Those in memory, and those that sessions at work are about to load."""
    loaded: Sequence[Model] = outlook.loaded
    for lease in outlook.leases:
        loaded = _with(loaded, lease.model)
    return loaded


def _with(loaded: Sequence[Model], model: Model | None) -> Sequence[Model]:
    known = model is None or any(one.name == model.name for one in loaded)
    return loaded if known or model is None else (*loaded, model)


def _lease(decision: Decision, session: Session) -> Lease | None:
    if decision.kind == "local" and session.local is not None:
        return Lease(session.key, inf, session.local.claims, session.local.model)
    if decision.kind == "cloud" and session.burst and session.burst.claims != NOTHING:
        return Lease(session.key, inf, session.burst.claims)
    return None


def _meet(weights: Capacity, lease: Lease) -> bool:
    """Whether a session wants anything of what a model holds."""
    wants = lease.claims + (lease.model.weights if lease.model else NOTHING)
    return any(weights[name] and wants[name] for name in DIMENSIONS)
