"""propulsion: the worker's glance at hooks; what hangs there and was not launched, it launches.

So a sling that died between its hook and its launch is carried out within seconds, without anyone
asking. A look is one question to the ledger while nothing waits.
"""

import sys
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from deployments.glance import keep_glancing
from flows.propulsion import Pushed, propel
from gastown.beads.bead import Bead
from gastown.beads.ledger import utc_now
from gastown.beads.sqlite import SqliteLedger
from gastown.hooks.hook import unlaunched
from gastown.town.layout import TownLayout
from gastown.town.town import Town

LOOK_S = 5.0
GRACE = timedelta(seconds=15)
"""So long the command that slung a convoy may take to launch it itself."""
_AGAIN = timedelta(seconds=60)
_NEVER = timedelta(days=36_500)

Push = Callable[[Town, Sequence[Bead]], Sequence[Pushed]]


def keep_pushing(layout: TownLayout) -> None:
    """Look beside, for as long as this process lives."""
    keep_glancing("propulsion", Pusher(layout, propel).look, LOOK_S)


class Pusher:
    """Launches each convoy once; one that could not be is tried again after a minute."""

    def __init__(
        self, layout: TownLayout, push: Push, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self._layout = layout
        self._push = push
        self._clock = clock
        self._ledger: SqliteLedger | None = None
        self._next: dict[str, datetime] = {}

    def look(self) -> list[str]:
        """Look once; the convoys that were launched."""
        now = self._clock()
        waiting = [one for one in self._unlaunched() if self._is_due(one, now)]
        if not waiting:
            return []
        pushed = self._push(Town.open(self._layout.root), waiting)
        for one in pushed:
            self._next[one.convoy] = now + (_AGAIN if one.why else _NEVER)
            if one.new or one.why:
                said = f"launched as {one.run}" if one.new else f"not launched: {one.why}"
                sys.stderr.write(f"hook: {one.convoy} {said}\n")
        return [one.convoy for one in pushed if one.new]

    def _unlaunched(self) -> list[Bead]:
        if self._ledger is None and self._layout.store.exists():
            self._ledger = SqliteLedger(self._layout.store)
        return unlaunched(self._ledger) if self._ledger is not None else []

    def _is_due(self, convoy: Bead, now: datetime) -> bool:
        return now >= self._next.get(convoy.id, convoy.created_at + GRACE)
