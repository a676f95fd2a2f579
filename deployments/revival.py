"""revival: the worker's glance at the town's runs; one whose process died unseen is started again.

A worker tells the server of a run that died, and a rule of the server's starts it again. If the
worker died before, nobody hears of it, and the run would be at work for ever; if the server was
just coming up, its rule may miss it, and the run would rest. A look is one question to the server,
and only while a molecule is open or was a short while ago. Of a server that runs elsewhere it is
not asked, as a run's process may be too.
"""

import asyncio
import sys
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from uuid import UUID

from deployments.glance import keep_glancing
from deployments.recover import Verdict, lost_runs, recover_lost
from gastown.beads.ledger import utc_now
from gastown.beads.sqlite import SqliteLedger
from gastown.convoys.molecule import MOLECULE
from gastown.town.config import load_config
from gastown.town.layout import TownLayout

LOOK_S = 15.0
_TIDYING = timedelta(minutes=15)


def keep_reviving(layout: TownLayout) -> None:
    """Look beside, for as long as this process lives."""
    reviver = Reviver(
        lambda: asyncio.run(lost_runs(layout)) if is_busy(layout) else set(),
        lambda runs: asyncio.run(recover_lost(runs)),
    )
    keep_glancing("revival", reviver.look, LOOK_S)


class Reviver:
    """Has a run started again that was lost at two looks in a row: its own worker comes first.

    Args:
        lost: Runs without a process that are said to be at work, or died and rest.
        again: Starts some of them again; what was done.
    """

    def __init__(
        self,
        lost: Callable[[], Collection[UUID]],
        again: Callable[[Collection[UUID]], Collection[Verdict]],
    ) -> None:
        self._lost = lost
        self._again = again
        self._seen: set[UUID] = set()

    def look(self) -> list[Verdict]:
        """Look once; what was done about which runs."""
        lost = set(self._lost())
        due, self._seen = lost & self._seen, lost
        if not due:
            return []
        done = list(self._again(due))
        self._seen -= due
        for one in done:
            sys.stderr.write(f"run {one.name}: {one.reason}, and nobody started it again\n")
        return done


def is_busy(layout: TownLayout, now: datetime | None = None) -> bool:
    """Whether any molecule of a town with a server of its own is open, or was a short while ago.

    A run that lands closes its molecule first and tidies up after it; it may die in between.
    """
    if not layout.store.exists() or load_config(layout.config).server.api_url:
        return False
    since = (now or utc_now()) - _TIDYING
    with SqliteLedger(layout.store) as ledger:
        molecules = ledger.find(issue_type=MOLECULE)
    return any(one.closed_at is None or one.closed_at > since for one in molecules)
