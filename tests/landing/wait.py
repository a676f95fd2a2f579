"""Waiting for something real, with an end."""

import time
from collections.abc import Callable


def until(look: Callable[[], object], seconds: float = 300, every: float = 0.05) -> None:
    """Return as soon as `look`, asked `every` so many seconds, is true; TimeoutError after all."""
    end = time.monotonic() + seconds
    while not look():
        if time.monotonic() > end:
            raise TimeoutError(f"not within {seconds} s")
        time.sleep(every)
