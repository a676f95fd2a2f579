"""file_lock: one holder at a time, among threads and processes; freed by the kernel at death.

Programs started under a lock through `held` share it: when our process is killed while git is at
work, the lock stands until that git is through, so nobody meets it half-way.
"""

import fcntl
import os
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from gastown.signs import during

_held: ContextVar[tuple[int, ...]] = ContextVar("gastown_held_locks", default=())


@contextmanager
def file_lock(path: Path) -> Generator[None]:
    """Hold the lock for the block, waiting as long as another holds it. Not reentrant."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        with during("waiting", path.name):
            fcntl.flock(handle, fcntl.LOCK_EX)
        mark = _held.set((*_held.get(), handle))
        try:
            yield
        finally:
            _held.reset(mark)
            fcntl.flock(handle, fcntl.LOCK_UN)  # also where a child still has the handle
    finally:
        os.close(handle)


def held() -> tuple[int, ...]:
    """Handles of the locks that this thread holds, for `pass_fds`."""
    return _held.get()
