"""Stop: a person's wish that a command ends, heard by every thread that works for it.

Signal handlers only count; threads ask at the places where they can end well. So no exception
arises in the middle of anything, and no second Ctrl-C breaks what the first one began.
"""

import threading
from collections.abc import Generator
from contextlib import contextmanager

from gastown.errors import StoppedError

HURRY = 3  # so many signals, and nobody is given time to end by himself


class Stop:
    """Safe to ask from many threads; `hear` from a signal handler too."""

    def __init__(self) -> None:
        self._heard: list[int] = []
        self._wished = threading.Event()
        self._gate = threading.Lock()

    def hear(self, number: int, _frame: object = None) -> None:
        """Note a signal; takes no lock, since a handler interrupts its own thread."""
        self._heard.append(number)

    @property
    def heard(self) -> tuple[int, ...]:
        """The signals so far."""
        return tuple(self._heard)

    def hurry(self) -> bool:
        """Whether whoever wants it to end has lost patience."""
        return len(self._heard) >= HURRY

    def wish(self) -> None:
        """From the return on, nobody begins to start anything."""
        with self._gate:
            self._wished.set()

    def check(self) -> None:
        """Raise StoppedError if it is to end."""
        if self._wished.is_set():
            raise StoppedError("stopped")

    def sleep(self, seconds: float) -> None:
        """Sleep. Raises StoppedError as soon as it is to end."""
        if self._wished.wait(seconds):
            raise StoppedError("stopped")

    @contextmanager
    def starting(self) -> Generator[None]:
        """Around the start of a process: it happens before `wish` returns, or not at all."""
        with self._gate:
            self.check()
            yield
