"""alone: one `town up` or `town down` of a town at a time."""

import fcntl
from collections.abc import Callable, Generator
from contextlib import contextmanager

from gastown.town.layout import TownLayout


@contextmanager
def alone(layout: TownLayout, tell: Callable[[str], None]) -> Generator[None]:
    """Hold the town's start lock for the block; the kernel frees it if we die."""
    # The server's database holds saved credentials: nobody else looks in here.
    layout.state.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (layout.state / "up.lock").open("w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            tell("waiting: another town up or town down is at work")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
