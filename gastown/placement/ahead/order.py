"""Order: what a planner is told, and how it travels to the process that plans, and back."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from pydantic import TypeAdapter

from gastown.placement.ahead.plan import plan_ahead
from gastown.placement.hint import Hint, Hints
from gastown.placement.virtual.town import Town

FIRST, AGAIN = 300, 60
"""Changes that are tried before a convoy begins, and whenever things went otherwise."""
_SESSIONS = 15_000
"""So many sessions in all are placed for a plan, or FEWEST changes tried: it is wanted soon."""
FEWEST = 20


@dataclass(frozen=True, slots=True)
class Order:
    """A plan that is wanted of what is left; `last` is the one that was followed so far."""

    town: Town
    last: Mapping[str, Hint] = field(default_factory=dict[str, Hint])

    @property
    def rollouts(self) -> int:
        """How many changes are tried: the same for the same order, whatever the machine does."""
        sessions = sum(len(convoy.sessions) for convoy in self.town.convoys)
        wanted = AGAIN if self.last else FIRST
        return max(FEWEST, min(wanted, _SESSIONS // max(1, sessions)))

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing to choose: no session is left that could run in both places."""
        begun = {one.key for one in self.town.leases}
        sessions = (one for convoy in self.town.convoys for one in convoy.sessions)
        return not any(one.local and one.burst and one.key not in begun for one in sessions)

    def plan(self) -> Hints:
        """The plan; the same order gives the same."""
        return plan_ahead(self.town, rollouts=self.rollouts, last=self.last)


class Successive:
    """Plans one after another as towns at work make them: each convoy's by itself, from its last.

    It knows of the others what a convoy's run knows of them: the leases that they hold.
    """

    def __init__(self) -> None:
        self._last: dict[str, Hint] = {}

    def __call__(self, town: Town) -> Hints:
        """The plan of what is left."""
        for convoy in town.convoys:
            mine = {
                one.key: self._last[one.key] for one in convoy.sessions if one.key in self._last
            }
            order = Order(replace(town, convoys=(convoy,)), mine)
            if not order.is_idle:
                self._last.update(order.plan())
        return dict(self._last)


ORDER: Final = TypeAdapter(Order)
PLAN: Final = TypeAdapter(dict[str, Hint])
