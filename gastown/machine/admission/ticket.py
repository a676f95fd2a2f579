"""Ticket: one ask of this process, from the queue to its lease or its end."""

import threading
from collections.abc import Callable

from gastown.errors import StoppedError
from gastown.machine.admission.ask import Ask, Lease

Heard = Callable[["Ticket"], None]


class Ticket:
    """Safe to use from many threads. `number` and `because` are the ledger's."""

    def __init__(self, ask: Ask, heard: Heard | None = None) -> None:
        self.ask = ask
        self.number = 0
        self.because = ""
        self._heard = heard
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._lease: Lease | None = None
        self._cancelled = False

    @property
    def lease(self) -> Lease | None:
        """What it got; None before, and where it was cancelled."""
        return self._lease

    def wait(self, seconds: float | None = None) -> Lease | None:
        """Wait for the lease, but not longer; None when there is none yet.

        Raises StoppedError when the ticket was cancelled.
        """
        self._ended.wait(seconds)
        if self._cancelled:
            raise StoppedError(f"{self.ask.who}: no longer waits for its lease")
        return self._lease

    def give(self, lease: Lease) -> bool:
        """Let it have its lease; False where it was cancelled and nobody will use it."""
        with self._lock:
            if self._cancelled:
                return False
            self._lease = lease
        self._ended.set()
        if self._heard is not None:
            self._heard(self)
        return True

    def cancel(self) -> bool:
        """From now on it gets nothing; False where it has its lease already."""
        with self._lock:
            if self._lease is not None:
                return False
            self._cancelled = True
        self._ended.set()
        return True
