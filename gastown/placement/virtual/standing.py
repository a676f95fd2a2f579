"""Standing: a plan for convoys that are not there yet: which share of a role's sessions bursts.

Learned on a typical day, followed on any: a machine that is always busy earns most where the
cheapest sessions leave it to the dearest ones, before a timer forces either.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from gastown.placement.hint import Hint, Hints
from gastown.placement.virtual.run import run
from gastown.placement.virtual.town import Convoy, Town

Shares = Mapping[str, float]
LEVELS = (0.0, 0.25, 0.5, 0.75)


def standing(town: Town, *, levels: Iterable[float] = LEVELS) -> Shares:
    """The shares that make this day cheapest, role by role; from estimates alone."""
    exact = replace(town, facts={})
    sessions = [one for convoy in town.convoys for one in convoy.sessions]
    roles = Counter(one.role for one in sessions if one.local and one.burst)
    shares: dict[str, float] = dict.fromkeys(roles, 0.0)
    for role, _ in roles.most_common():
        tried = [{**shares, role: level} for level in levels]
        shares = min(tried, key=lambda one: run(exact, hints=shared(town.convoys, one)).net)
    return shares


def shared(convoys: Iterable[Convoy], shares: Shares) -> Hints:
    """Every so many sessions of a role burst, evenly among all; the others are as they were."""
    seen: Counter[str] = Counter()
    hints: dict[str, Hint] = {}
    for one in (one for convoy in convoys for one in convoy.sessions):
        share, before = shares.get(one.role, 0.0), seen[one.role]
        seen[one.role] += 1
        if int(share * (before + 1)) > int(share * before):
            hints[one.key] = Hint(burst=True)
    return hints
