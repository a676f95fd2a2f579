"""alone: one `town up` or `town down` of a town at a time."""

import fcntl
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager

from gastown.town.layout import TownLayout

_SOON_S = 1.0  # a start that is being stopped lets go within this; then there is nothing to tell
_LOOK_S = 0.05


@contextmanager
def alone(
    layout: TownLayout,
    tell: Callable[[str], None],
    sleep: Callable[[float], None] = time.sleep,
) -> Generator[None]:
    """Hold the town's start lock for the block; the kernel frees it if we die.

    Args:
        layout: Which town.
        tell: Hears of a long wait.
        sleep: How to wait a moment; what it raises ends the wait.
    """
    # The server's database holds saved credentials: nobody else looks in here.
    layout.state.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (layout.state / "up.lock").open("w", encoding="utf-8") as lock:
        begin, told = time.monotonic(), False
        while not _take(lock.fileno()):
            if not told and time.monotonic() - begin > _SOON_S:
                tell("waiting: another town up or town down is at work")
                told = True
            sleep(_LOOK_S)
        yield


def _take(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
