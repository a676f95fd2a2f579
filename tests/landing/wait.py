"""Waiting for something real, with an end."""

import time
from collections.abc import Callable


def until(look: Callable[[], object], seconds: float = 120) -> None:
    """Return as soon as `look` is true. Raises TimeoutError after `seconds`."""
    end = time.monotonic() + seconds
    while not look():
        if time.monotonic() > end:
            raise TimeoutError(f"not within {seconds} s")
        time.sleep(0.05)
