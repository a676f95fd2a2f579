"""Till: the budgets of a town in virtual time: reserve, settle, earmark; whole micro-dollars."""

from collections.abc import Iterable, Mapping

from gastown.placement.outlook import Purse, Ready
from gastown.placement.virtual.town import Convoy


class Till:
    """Open reservations count as spent. The policy asks before it starts, so nothing is refused."""

    def __init__(self, limits: Mapping[str, int], convoys: Iterable[Convoy]) -> None:
        """Keep the price of what can only run in the cloud, also of convoys that start later."""
        self._left = dict(limits)
        self._earmarked = dict.fromkeys(limits, 0)
        self.reserved = 0
        for convoy in convoys:
            self._earmark(convoy)

    def purses(self) -> dict[str, Purse]:
        """What each scope leaves."""
        return {name: Purse(left, self._earmarked[name]) for name, left in self._left.items()}

    def _earmark(self, convoy: Convoy) -> None:
        for one in convoy.sessions:
            if one.burst and not one.local:
                for name in self._left.keys() & set(convoy.purses + one.purses):
                    self._earmarked[name] += one.burst.reserve

    def reserve(self, ready: Ready) -> int:
        """Set aside what the session may cost at most."""
        route = ready.session.burst
        amount = route.reserve if route else 0
        self._change(ready, -amount)
        self.reserved += amount
        if ready.session.local is None:
            for name in self._left.keys() & set(ready.purses):
                self._earmarked[name] -= amount
        return amount

    def settle(self, ready: Ready, reserved: int, factor: float) -> int:
        """Give back what it did not cost; a session is stopped at what was set aside."""
        route = ready.session.burst
        paid = min(round(route.price * factor), reserved) if route else 0
        self._change(ready, reserved - paid)
        self.reserved -= reserved
        return paid

    def _change(self, ready: Ready, amount: int) -> None:
        for name in self._left.keys() & set(ready.purses):
            self._left[name] += amount
