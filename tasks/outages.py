"""outages: what is away is named, put on record, and told to a person when it lasts."""

import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from gastown.convoys.waiting import forget_wait, note_wait
from gastown.disk import is_full, outage_in
from gastown.errors import GasTownError
from gastown.patience import Moment, Wait
from gastown.town.town import Town
from tasks.alarms import outage_lasts, outage_over


def moment() -> Moment:
    """Now."""
    return Moment(time.monotonic(), datetime.now().astimezone())


@contextmanager
def outages_named(root: Path) -> Generator[None]:
    """Raise the outage that stands behind an error of the block in its place.

    Args:
        root: What could not be written lies there, where the error does not say.
    """
    try:
        yield
    except Exception as error:
        found = outage_in(error, root)
        if found is None or found is error:
            raise
        raise found from error


class Bulletin:
    """What one run says of outages, on record and to a person; what cannot be said now is not.

    A person hears of each thing that is away once, from whichever run waits for it longest.
    """

    def __init__(self, town: Town) -> None:
        self._town = town
        self._raised: set[str] = set()

    def waits(self, bead: str, wait: Wait) -> None:
        """A step, or a landing, waits for what is away."""
        if is_full(self._town.layout.store):
            return  # nothing can be put on record; `town status` looks at the disk itself
        with suppress(GasTownError):
            note_wait(self._town.ledger, bead, wait)
        due = wait.alarms and wait.brief not in self._raised
        if due and outage_lasts(self._town, bead, wait.brief, wait.reason):
            self._raised.add(wait.brief)

    def over(self, bead: str, wait: Wait) -> None:
        """What was away is there again, or was waited for in vain."""
        with suppress(GasTownError):
            forget_wait(self._town.ledger, bead)
        told = wait.brief in self._raised and not wait.in_vain
        if told and outage_over(self._town, wait.brief):
            self._raised.discard(wait.brief)
