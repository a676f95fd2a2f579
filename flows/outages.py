"""outages: a run waits for what is away, a remote or room on a disk, instead of failing for it.

Outside its steps a git that was killed does not fail it either: what it was for is done again.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from prefect import get_run_logger

from gastown.errors import GitKilledError, OutageError, StageFailedError
from gastown.patience import KILLS, PATIENCE_S, GiveUp, Moment, Wait, patience_with
from gastown.town.town import Town
from tasks.outages import Bulletin, moment, outages_named

T = TypeVar("T")


def _nobody_hears(_: str, __: Wait) -> None:
    """Nothing is kept of it."""


@dataclass(slots=True)
class Outages:
    """Who waits for what, by a key: a step's, or a part of a run.

    Args:
        patience_s: So long one outage is waited with.
        told: Hears of each wait.
        over: Hears that one is over.
        now: The moment.
    """

    patience_s: float = PATIENCE_S
    told: Callable[[str, Wait], None] = _nobody_hears
    over: Callable[[str, Wait], None] = _nobody_hears
    now: Callable[[], Moment] = moment
    _waits: dict[str, Wait] = field(default_factory=dict[str, Wait])

    def met(self, key: str, error: OutageError) -> Wait:
        """When it is to be tried again. Raises StageFailedError when it was tried for too long."""
        found = patience_with(error.brief, self._waits.get(key), self.now(), self.patience_s)
        if isinstance(found, GiveUp):
            wait = self._waits.pop(key, None)
            if wait is not None:
                self.over(key, wait.model_copy(update={"in_vain": True}))
            raise StageFailedError(f"{found.reason}; given up: {error}") from error
        self._waits[key] = found
        return found

    def rests(self, key: str) -> bool:
        """Whether it is not to be tried yet."""
        wait = self._waits.get(key)
        return wait is not None and self.now().clock < wait.again

    def tell(self, key: str) -> None:
        """Tell of the wait that it met."""
        self.told(key, self._waits[key])

    def done(self, key: str) -> None:
        """It is over, whatever came of the work."""
        wait = self._waits.pop(key, None)
        if wait is not None:
            self.over(key, wait)


def outlasted(town: Town, convoy: str, carry: Callable[[], T]) -> T:
    """Carry a convoy on, through every outage that meets the run outside its steps, and some kills.

    Args:
        town: The town.
        convoy: On its bead the wait is put on record.
        carry: Looks itself what is done already; it is called again after each outage.

    Raises:
        StageFailedError: An outage outlasts `[limits] outage_s`.
        GitKilledError: A git was killed again and again.
    """
    bulletin, log = Bulletin(town), get_run_logger()
    killed = 0
    outages = Outages(town.config.limits.outage_s, bulletin.waits, bulletin.over)
    while True:
        try:
            with outages_named(town.root):
                result = carry()
        except GitKilledError as error:
            killed += 1
            if killed > KILLS:
                raise
            log.warning("%s: once more", error)
        except OutageError as error:
            wait = outages.met(convoy, error)
            log.warning("%s: %s", wait.reason, error)
            outages.tell(convoy)
            time.sleep(max(0.0, wait.again - outages.now().clock))
        else:
            outages.done(convoy)
            return result
