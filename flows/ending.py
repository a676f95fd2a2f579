"""ending: how a flow run's process ends when it is told to: here and now."""

import os
import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def ended_at_once() -> Generator[None]:
    """A run that is cancelled ends here and now, without a last word.

    Prefect would raise an exception here, and unwinding it wait for the agents' threads, which
    would go on to work and to pay. Dying is safe at any instant (docs/decisions/0008).
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # in somebody's program, whose signals are its own
        return
    before = signal.signal(signal.SIGTERM, lambda number, _: os._exit(128 + number))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
