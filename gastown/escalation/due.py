"""due: whether an escalation goes up now, and why. Pure.

Law, property tested: whatever tiers acknowledge, forward or leave undone, an escalation that is not
resolved is with the Overseer within the sum of its tiers' times.
"""

from datetime import datetime, timedelta

from gastown.escalation.chain import reminded, risen, route_of
from gastown.escalation.escalation import OVERSEER, Escalation, Tier
from gastown.gates.words import length
from gastown.stage import Frozen
from gastown.town.tables.escalation import EscalationTable


class Rise(Frozen):
    """It goes to a tier above."""

    to: Tier
    reason: str


class Remind(Frozen):
    """The Overseer is asked once more."""

    reason: str


class Wait(Frozen):
    """It stays; `until` is when time alone will change that, None for never."""

    until: datetime | None
    reason: str


def due(one: Escalation, table: EscalationTable, now: datetime) -> Rise | Remind | Wait:
    """What time makes of it."""
    if one.resolved:
        return Wait(until=None, reason=f"resolved by {one.resolved.who}")
    if one.tier == OVERSEER:
        return _with_overseer(one, table, now)
    who, since = one.tier.capitalize(), one.since
    given = table.answer_in(one.severity)
    if one.acked:
        since, given = one.acked.at, given * table.acked_times
    had = f"the {who} {'said to be at it' if one.acked else 'was asked'}"
    if now < since + given:
        return Wait(until=since + given, reason=had)
    left = f"{had} {length((now - since).total_seconds())} ago, and it is not resolved"
    return Rise(to=route_of(one).after(one.tier) or OVERSEER, reason=left)


def aged(one: Escalation, table: EscalationTable, now: datetime) -> Escalation:
    """The escalation after what time makes of it."""
    found = due(one, table, now)
    if isinstance(found, Rise):
        return risen(one, found.to, now, found.reason)
    return reminded(one, now, found.reason) if isinstance(found, Remind) else one


def _with_overseer(one: Escalation, table: EscalationTable, now: datetime) -> Remind | Wait:
    last = one.chain[-1].at
    if not table.remind_s:
        return Wait(until=None, reason="the Overseer knows of it")
    again = last + timedelta(seconds=table.remind_s)
    if now < again:
        return Wait(until=again, reason="the Overseer knows of it")
    return Remind(reason=f"nothing was said of it for {length((now - last).total_seconds())}")
