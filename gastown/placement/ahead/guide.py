"""Guide: the plan of one convoy on its way: followed while it holds, made anew when facts deviate.

It is told what begins and ends, and keeps the hints of the last plan. A run that goes on begins
with a plan of what is left, as a first run does.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from gastown.placement.agenda import Agenda
from gastown.placement.ahead.order import Order
from gastown.placement.ahead.planner import Planner
from gastown.placement.hint import NO_HINTS, Hints, is_off, is_other
from gastown.placement.outlook import Lease, Outlook
from gastown.placement.session import Session
from gastown.placement.virtual.rest import rest

SPREAD = 0.1
"""How unsure a town at work takes its estimates to be (gastown.placement.tails)."""
FIRST_S = 3.0
"""So long a step that could run in both places waits for a convoy's first plan, and no longer."""


class Guide:
    """Times are seconds of one clock. Not thread-safe but for the planner's answer.

    Args:
        agenda: The convoy's.
        planner: Who makes plans.
        news: Called when there is a plan, in another thread.
    """

    def __init__(self, agenda: Agenda, planner: Planner, news: Callable[[], None]) -> None:
        self.hints: Hints = NO_HINTS
        self._agenda = agenda
        self._planner = planner
        self._news = news
        self._ends: dict[str, float] = {}
        self._target: float = agenda.target
        self._stale = True
        self._planned: Outlook | None = None
        self._others = frozenset[str]()
        self._first_until: float | None = None

    def begun(self, key: str, ends: float) -> None:
        """A session is at work, until then as far as one can tell."""
        self._ends[key] = ends

    def put_back(self, key: str) -> None:
        """A session did not begin after all, failed, or sent work back: plan anew."""
        self._ends.pop(key, None)
        self._stale = True

    def grown(self) -> None:
        """There is more to do than was known: plan anew."""
        self._stale = True

    def closed(self, key: str, now: float) -> None:
        """A session ended well; at another time than planned, that is a reason to plan anew."""
        ends = self._ends.pop(key, now)
        self._stale = self._stale or is_off(ends, now)

    def waits(self, session: Session, now: float) -> bool:
        """Whether the session is to wait for the first plan."""
        if self._first_until is None or not (session.local and session.burst):
            return False
        return now < self._first_until

    def look(self, outlook: Outlook, keys: Mapping[str, str]) -> None:
        """Order a plan if one is due; never waits. `keys` are sessions by the leases they hold."""
        if self._agenda.target != self._target:  # work was sent back
            self._target, self._stale = self._agenda.target, True
        others = frozenset(one.key for one in outlook.leases) - keys.keys()
        last = self._planned
        if last is not None and (is_other(outlook.cap, last.cap) or others - self._others):
            self._stale = True
        if not self._stale or not self._planner.free:
            return
        town = rest({"": self._agenda}, self._own(outlook, keys), spread=self._agenda.spread)
        order = Order(town, dict(self.hints))
        self._stale, self._planned, self._others = False, outlook, others
        if order.is_idle:
            return
        if last is None:
            self._first_until = outlook.now + FIRST_S
        self._planner.ask(order, self._heard)

    def _heard(self, plan: Hints | None) -> None:
        self.hints = self.hints if plan is None else plan
        self._first_until = None
        self._news()

    def _own(self, outlook: Outlook, keys: Mapping[str, str]) -> Outlook:
        """The outlook with leases by session, and one of each session that holds none here."""
        named = [replace(one, key=keys.get(one.key, one.key)) for one in outlook.leases]
        here = {one.key for one in named}
        away = [
            Lease(key, max(ends, outlook.now))
            for key, ends in self._ends.items()
            if key not in here
        ]
        return replace(outlook, leases=(*named, *away))
