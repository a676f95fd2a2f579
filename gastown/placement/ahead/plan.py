"""plan: improve a convoy's plan by trying changes in virtual time, before it starts or on its way.

A plan only ranks sessions and sends some to the cloud early; the online policy follows it under
its own guard, so a plan that turns out wrong costs money, never the target.
"""

import random
from collections.abc import Sequence
from dataclasses import replace
from math import exp

from gastown.placement.hint import Hint, Hints
from gastown.placement.session import Session
from gastown.placement.virtual.run import run
from gastown.placement.virtual.town import Town

ROLLOUTS = 400
_WARM = 0.003  # of the bill: how much worse a plan is accepted at first, to leave a hollow
_TOGETHER = 0.15  # of the changes are to all sessions of a role at once
_TURNED = 0.6  # of the others turn a burst on or off; the rest move a session in the order
_MICRO_USD_PER_LATE_S = 1e6  # more than any session saves


def plan_ahead(
    town: Town, *, seed: int = 0, rollouts: int = ROLLOUTS, last: Hints | None = None
) -> Hints:
    """The cheapest plan found, from estimates alone; without one, what the policy does by itself.

    Takes `rollouts` runs of the town, some milliseconds each for fifty sessions. `last` is the plan
    that was followed so far: it is where the search begins, if it is still better than none.
    """
    exact = replace(town, facts={})
    begun = {one.key for one in town.leases}
    sessions = (one for convoy in town.convoys for one in convoy.sessions)
    movable = [one for one in sessions if one.local and one.burst and one.key not in begun]
    best = here = _by_savings(movable)
    cost = now = _cost(exact, here)
    if last and (found := _cost(exact, kept := {**here, **_of(movable, last)})) <= cost:
        best, here, cost, now = kept, kept, found, found
    source = random.Random(seed)  # noqa: S311 - a repeatable draw, no secret
    for step in range(rollouts if movable else 0):
        tried = _changed(here, movable, source)
        found = _cost(exact, tried)
        warmth = _WARM * (1 - step / rollouts) * cost + 1e-9
        if found <= now or source.random() < exp((now - found) / warmth):
            here, now = tried, found
        if now < cost:
            best, cost = here, now
    return best


def _of(sessions: Sequence[Session], hints: Hints) -> dict[str, Hint]:
    return {one.key: hints[one.key] for one in sessions if one.key in hints}


def _by_savings(sessions: Sequence[Session]) -> dict[str, Hint]:
    """The order that the policy has by itself."""
    order = sorted(sessions, key=lambda one: -one.saves)
    return {one.key: Hint(rank) for rank, one in enumerate(order)}


def _cost(town: Town, hints: Hints) -> float:
    """Micro-dollars; what is late is dear."""
    history = run(town, hints=hints)
    late = sum(max(0.0, at - history.target(name) - 1e-3) for name, at in history.done.items())
    return history.net + _MICRO_USD_PER_LATE_S * (late + len(history.held))


def _changed(hints: Hints, movable: Sequence[Session], source: random.Random) -> dict[str, Hint]:
    tried = dict(hints)
    if source.random() < _TOGETHER:
        _turn_together(tried, movable, source)
        return tried
    for _ in range(source.choice((1, 1, 2, 3))):
        one, other = tried[source.choice(movable).key], source.choice(movable).key
        if source.random() < _TURNED:
            tried[other] = tried[other]._replace(burst=not tried[other].burst)
        else:
            tried[other] = tried[other]._replace(rank=one.rank + source.uniform(-1, 1))
    return tried


def _turn_together(
    tried: dict[str, Hint], movable: Sequence[Session], source: random.Random
) -> None:
    """All sessions of a role burst, or none: of the whole town or of those with common needs."""
    one = source.choice(movable)
    alike = [other for other in movable if other.role == one.role]
    if source.random() < _TURNED:
        alike = [other for other in alike if set(other.needs) == set(one.needs)]
    burst = not tried[one.key].burst
    for other in alike:
        tried[other.key] = tried[other.key]._replace(burst=burst)
