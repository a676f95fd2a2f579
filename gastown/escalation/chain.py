"""chain: what may happen to an escalation, each as a new value. Pure.

Laws, property tested: the chain only grows, the tier never falls, nor does the severity; what is
resolved stays as it is.
"""

from datetime import datetime

from gastown.errors import LedgerError
from gastown.escalation.escalation import OVERSEER, Did, Escalation, Link, Tier, rank, worst
from gastown.escalation.route import Route, rig_of, route


def route_of(one: Escalation) -> Route:
    """The way that it goes."""
    return route(one.severity, one.category, source=one.source, rig=one.rig)


def raised(one: Escalation, now: datetime) -> Escalation:
    """As it begins: at the first tier of its way."""
    way = route_of(one)
    rig = one.rig or rig_of(one.source)
    begun = one.model_copy(update={"chain": (), "notices": (), "mailed": 0, "rig": rig})
    first = way.from_(one.begins) if one.begins else way.tiers[0]
    return _linked(begun, now, one.source or "somebody", "raised", first, way.because)


def met_again(one: Escalation, new: Escalation, now: datetime) -> Escalation:
    """The same cause was raised once more: the worse severity stands, and what is new is kept."""
    if one.resolved:
        return one
    severity, who = worst(one.severity, new.severity), new.source or "somebody"
    if severity != one.severity:
        worse = one.model_copy(update={"severity": severity})
        tier = route_of(worse).from_(one.tier)
        return _linked(worse, now, who, "worsened", tier, new.text or new.subject)
    said = {(one.subject, one.text), *((one.subject, link.why) for link in one.chain)}
    if (new.subject, new.text) in said or (one.subject, new.text) in said:
        return one
    return _linked(one, now, who, "again", one.tier, new.text or new.subject)


def acked(one: Escalation, who: str, now: datetime, note: str = "") -> Escalation:
    """Somebody of its tier is at it. Once at each tier; a second word changes nothing."""
    _refuse_over(one)
    return one if one.acked else _linked(one, now, who, "acked", one.tier, note)


def forwarded(one: Escalation, who: str, now: datetime, why: str = "") -> Escalation:
    """Its tier gives it to the next one. Raises LedgerError at the Overseer, who is the last."""
    _refuse_over(one)
    above = route_of(one).after(one.tier)
    if above is None:
        raise LedgerError("it is with the Overseer, who is the last; resolve it instead")
    return _linked(one, now, who, "forwarded", above, why)


def risen(one: Escalation, to: Tier, now: datetime, why: str) -> Escalation:
    """Nobody answered in time, so it goes up; one that is there already stays."""
    if one.resolved or rank(to) <= rank(one.tier):
        return one
    return _linked(one, now, "the clock", "rose", to, why)


def reminded(one: Escalation, now: datetime, why: str) -> Escalation:
    """The Overseer is asked once more."""
    if one.resolved or one.tier != OVERSEER:
        return one
    return _linked(one, now, "the clock", "reminded", OVERSEER, why)


def _refuse_over(one: Escalation) -> None:
    if one.resolved:
        raise LedgerError(f"it is resolved already, by {one.resolved.who}: {one.resolved.why}")


def _linked(one: Escalation, now: datetime, who: str, did: Did, tier: Tier, why: str) -> Escalation:
    link = Link(at=now, who=who, did=did, tier=tier, why=why)
    return one.model_copy(update={"tier": tier, "chain": (*one.chain, link)})
