"""Laws: what must hold of every run, worked out again from its history alone.

Nothing here asks the policy's own sums: what is claimed at a moment is added up from who was at
work then, what is spent from what was set aside and paid.
"""

from collections.abc import Iterator
from itertools import chain

from gastown.machine.capacity import Capacity
from gastown.placement.judge import judge
from gastown.placement.session import NOTHING, Session
from gastown.placement.virtual.history import History, Stay
from gastown.placement.virtual.town import Town

_SLACK_S = 1e-3


def broken(town: Town, history: History) -> list[str]:
    """Every law that the run broke, with where; empty: none. Some need the run's log."""
    laws = (overcommit, twice, too_early, overspend, unsettled, exiled, overdue, futile, unproved)
    return list(chain.from_iterable(law(town, history) for law in laws))


def overcommit(town: Town, history: History) -> Iterator[str]:
    """Nothing is admitted beyond the cap of that moment, whoever is at work already."""
    for stay in history.stays:
        if stay.where == "local" or stay.claims != NOTHING:
            taken, cap = taken_at(history, stay.start), cap_at(town, stay.start)
            if not taken.fits(cap):
                yield f"overcommit at {stay.start:.3f}: {taken} of {cap}"


def twice(town: Town, history: History) -> Iterator[str]:
    """Every session runs once at most; and all of them, unless some are held."""
    keys = [stay.session.key for stay in history.stays]
    if len(set(keys)) < len(keys):
        yield "a session ran twice"
    wanted = {one.key for convoy in town.convoys for one in convoy.sessions}
    if wanted - set(keys) and not history.held:
        yield f"never ran: {sorted(wanted - set(keys))}"


def too_early(town: Town, history: History) -> Iterator[str]:
    """No session starts before all that it needs has ended."""
    del town
    ends = {stay.session.key: stay.end for stay in history.stays}
    for stay in history.stays:
        if any(ends.get(need, stay.start) > stay.start for need in stay.session.needs):
            yield f"{stay.session.key} started before its needs ended"


def overspend(town: Town, history: History) -> Iterator[str]:
    """Settled, set aside and earmarked together are never more than a budget."""
    scopes = {convoy.name: convoy.purses for convoy in town.convoys}
    for scope, limit in town.limits.items():
        stays = [
            stay for stay in history.stays if scope in scopes[stay.convoy] + stay.session.purses
        ]
        for stay in stays:
            if stay.where == "cloud" and _spent(stays, stay.start) > limit:
                yield f"{scope}: {_spent(stays, stay.start)} of {limit} at {stay.start:.3f}"


def unsettled(town: Town, history: History) -> Iterator[str]:
    """When all is quiet, nothing is set aside."""
    del town
    if history.unsettled:
        yield f"{history.unsettled} set aside and never settled"


def exiled(town: Town, history: History) -> Iterator[str]:
    """What may only run here never left."""
    del town
    for stay in history.stays:
        if stay.session.local_only and stay.where == "cloud":
            yield f"{stay.session.key} is local only and ran in the cloud"


def overdue(town: Town, history: History) -> Iterator[str]:
    """A wait ends at its timer, unless the cloud is refused by then."""
    del town
    starts = {stay.session.key: stay for stay in history.stays}
    for at, decisions in history.rounds:
        for one in decisions:
            stay = starts.get(one.key)
            if one.until is None or stay is None or _was_refused(history, one.key):
                continue
            if stay.start > max(at, one.until) + _SLACK_S:
                yield f"{one.key} waited until {stay.start:.3f}, its timer was {one.until:.3f}"


def late(town: Town, history: History) -> Iterator[str]:
    """A convoy ends by its target. Holds where durations are exact and the cloud is not limited."""
    for convoy in town.convoys:
        end, target = history.done.get(convoy.name), history.target(convoy.name)
        if end is None or end > target + _SLACK_S:
            yield f"{convoy.name} ended at {end}, its target was {target:.3f}"


def futile(town: Town, history: History) -> Iterator[str]:
    """Nobody with another way waits for a start here that would miss the target."""
    del town
    for at, decisions in history.rounds:
        for one in decisions:
            facts = one.facts
            if one.until is None or facts.starts is None or facts.local is None:
                continue
            if facts.starts + facts.local + facts.tail > facts.target + _SLACK_S:
                yield f"{one.key} waits at {at:.3f} for a start that is too late"


def unproved(town: Town, history: History) -> Iterator[str]:
    """The facts of a decision give it again."""
    del town
    for _, decisions in history.rounds:
        yield from (f"{one.key}: {one.verdict}" for one in decisions if judge(one.facts) != one[2])


def idle(town: Town, history: History) -> Iterator[str]:
    """Nobody waits for what is free, but for an older session's turn."""
    sessions = {one.key: one for convoy in town.convoys for one in convoy.sessions}
    for at, decisions in history.rounds:
        for one in decisions:
            if one.kind != "wait" or "turn" in one.facts.short:
                continue
            if _has_room(town, history, at, sessions[one.key]):
                yield f"{one.key} waits at {at:.3f} beside free room"


def taken_at(history: History, moment: float) -> Capacity:
    """What sessions and loaded models claim together at that moment."""
    claims = (stay.claims for stay in history.stays if stay.start <= moment < stay.end)
    weights = (load.weights for load in history.loads if load.start <= moment < load.end)
    return sum(chain(claims, weights), NOTHING)


def cap_at(town: Town, moment: float) -> Capacity:
    """What the town might use at that moment."""
    return [town.cap, *(cap for at, cap in town.caps if at <= moment)][-1]


def _has_room(town: Town, history: History, at: float, session: Session) -> bool:
    """Whether its claims fit beside what is at work; idle models count as free."""
    local = session.local
    if local is None:
        return False
    work = [stay for stay in history.stays if stay.start <= at < stay.end]
    here = [stay.model for stay in work]
    models = {model.name: model for model in (*here, local.model) if model is not None}
    if local.model and sum(model == local.model for model in here) >= local.model.slots:
        return False
    taken = sum((stay.claims for stay in work), local.claims)
    return sum((model.weights for model in models.values()), taken).fits(cap_at(town, at))


def _spent(stays: list[Stay], moment: float) -> int:
    """Paid, set aside, and the price of what can only run in the cloud and has not begun."""
    total = 0
    for stay in stays:
        if stay.end <= moment:
            total += stay.paid
        elif stay.start <= moment:
            total += stay.reserved
        elif stay.session.local is None and stay.session.burst:
            total += stay.session.burst.reserve
    return total


def _was_refused(history: History, key: str) -> bool:
    rules = (one.verdict.rule for _, round_ in history.rounds for one in round_ if one.key == key)
    return any(rule in {"refused", "busy"} for rule in rules)
