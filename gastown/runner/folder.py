"""folder: where the files of local models' servers lie, and the locks among them.

`admit` is held while one model is judged and started, so that two do not count on the same room.
`NAME.start` is held while one model is started, so that two starts are one. `NAME.use` is shared by
the sessions that use a server; who would stop it for being idle must have it alone. The kernel
frees all of them when their holder dies.
"""

import fcntl
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gastown.errors import RunnerError
from gastown.town.layout import TownLayout

_LOOK_S = 0.02


@dataclass(frozen=True, slots=True)
class RunnerFolder:
    """Files of one town's servers. Paths only, but for `lock`."""

    layout: TownLayout

    @property
    def root(self) -> Path:
        """State of the servers; nobody else may read the keys in it."""
        return self.layout.state / "models"

    def record(self, name: str) -> Path:
        """What is known of a model's server."""
        return self.root / f"{name}.json"

    def key(self, name: str, keeper: int) -> Path:
        """The key that its server asks for: without one, any web page could use it."""
        return self.root / f"{name}.{keeper}.key"

    def forget_keys(self, name: str) -> None:
        """Remove the keys of servers that are gone, whose keepers could not."""
        for path in self.root.glob("*.key"):
            if path.name.rsplit(".", 2)[0] == name:
                path.unlink(missing_ok=True)

    def log(self, name: str) -> Path:
        """What the server and its keeper say."""
        return self.layout.logs / f"model-{name}.log"

    def make(self) -> None:
        """Make the folder; not the town's own, which may have been deleted."""
        self.layout.state.mkdir(mode=0o700, exist_ok=True)
        self.root.mkdir(mode=0o700, exist_ok=True)

    @contextmanager
    def lock(
        self,
        name: str,
        *,
        shared: bool = False,
        wait_s: float = float("inf"),
        sleep: Callable[[float], None] = time.sleep,
    ) -> Generator[None]:
        """Hold a lock for the block. Raises RunnerError when it is not had in time."""
        self.make()
        with (self.root / f"{name}.lock").open("w", encoding="utf-8") as file:
            end = time.monotonic() + wait_s
            while not _take(file.fileno(), fcntl.LOCK_SH if shared else fcntl.LOCK_EX):
                if time.monotonic() >= end:
                    raise RunnerError(f"{name}: held by another for {wait_s:g} s")
                sleep(_LOOK_S)
            yield

    @contextmanager
    def alone(self, name: str) -> Generator[bool]:
        """Keep new sessions from a model for the block, if none has it; whether that is so."""
        lock = self.lock(f"{name}.use", wait_s=0)
        try:
            lock.__enter__()
        except RunnerError:
            yield False
            return
        except FileNotFoundError:  # the town is gone, and so is who might hold it
            yield True
            return
        try:
            yield True
        finally:
            lock.__exit__(None, None, None)


def _take(file: int, how: int) -> bool:
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
