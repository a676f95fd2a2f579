"""Bell: wakes a process that waits, from any other on its host, within a millisecond.

A named pipe beside the ledger: whoever rings writes a byte, whoever waits polls the other end. One
that nobody holds open belongs to a dead process and is taken away by whoever finds it. A ring may
be lost with its ringer, so who waits also looks by himself from time to time.
"""

import os
import select
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

_DEAF_S = 0.02  # how often one looks by himself on a file system that has no pipes
_BYTES = 4096


class Bell:
    """One process's own bell; gone with `close`. `name` is what others ring it by."""

    def __init__(self, path: Path) -> None:
        self._in = self._out = -1
        self.name = str(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(OSError):
            os.mkfifo(path, 0o600)
            self._in = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            # Held open so that the pipe never says that its last writer is gone.
            self._out = os.open(path, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)

    def wait(self, seconds: float) -> bool:
        """Wait for a ring, but not longer; whether there was one. All rings so far count as one."""
        if self._in < 0:
            select.select([], [], [], min(seconds, _DEAF_S))
            return True
        poll = select.poll()
        poll.register(self._in, select.POLLIN)
        if not poll.poll(seconds * 1000):
            return False
        with suppress(BlockingIOError):
            while len(os.read(self._in, _BYTES)) == _BYTES:
                pass
        return True

    def ring(self) -> None:
        """Ring it oneself."""
        ring(self.name)

    def close(self) -> None:
        """Take it away."""
        for handle in (self._in, self._out):
            if handle >= 0:
                os.close(handle)
        self._in = self._out = -1
        Path(self.name).unlink(missing_ok=True)


def ring(name: str) -> None:
    """Wake whoever waits there, if anybody does; it never waits itself."""
    try:
        handle = os.open(name, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:  # nobody is there any more
        return
    with suppress(BlockingIOError, BrokenPipeError):  # full of rings already, or gone just now
        os.write(handle, b"!")
    os.close(handle)


def sweep(folder: Path, is_dead: Callable[[str], bool]) -> None:
    """Take away the bells of dead processes; a bell's name begins with its holder's."""
    for path in folder.glob("*.bell"):
        if is_dead(path.name.rpartition("~")[0]):
            path.unlink(missing_ok=True)
