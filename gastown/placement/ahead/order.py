"""Order: what a planner is told, and how it travels to the process that plans, and back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
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


ORDER: Final = TypeAdapter(Order)
PLAN: Final = TypeAdapter(dict[str, Hint])
