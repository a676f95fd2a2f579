"""Load: how much a thread computes, or would, if the machine let it."""

import time
from contextlib import suppress
from pathlib import Path

_NS = 1e9
_SPAN_S = 1.0


class Load:
    """The share of the time in which a thread of this process ran, or stood in line for a core.

    Standing in line counts (`schedstat`, where the kernel keeps it): on a machine that many share,
    a thread that computes all the time may get very little of a core.

    Args:
        thread: Its `threading.get_ident()`.
        native: Its `threading.get_native_id()`.
    """

    def __init__(self, thread: int, native: int) -> None:
        self._clock = time.pthread_getcpuclockid(thread)
        self._stat = Path(f"/proc/self/task/{native}/schedstat")
        self._since, self._took, self._share = time.monotonic(), self._wanted(), 0.0

    def share(self, now: float) -> float:
        """Since about a second before `now`, or longer if nobody asked."""
        if now - self._since >= _SPAN_S:
            took = self._wanted()
            self._share = round((took - self._took) / (now - self._since), 3)
            self._since, self._took = now, took
        return self._share

    def _wanted(self) -> float:
        """Seconds that it ran or stood in line."""
        with suppress(OSError, ValueError):
            ran, waited, _ = map(int, self._stat.read_text(encoding="ascii").split())
            return (ran + waited) / _NS
        return time.clock_gettime(self._clock)
