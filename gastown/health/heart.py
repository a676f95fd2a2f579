"""Heart: notes a session's pulse: what it does, as it changes, and a beat while nothing does.

The thread that works only sets attributes; one beside it writes them down, at most once a second.
"""

import threading
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import NamedTuple, Self

from gastown.errors import RecycledError
from gastown.health.interrupt import raise_in
from gastown.health.load import Load
from gastown.health.pulse import Pulse, remove_pulse, write_pulse
from gastown.health.recycle import ordered
from gastown.signs import State, heard_by

LOOK_S = 1.0


class _Doing(NamedTuple):
    state: State = "idle"
    what: str = ""
    since: float = 0.0
    until: float | None = None
    command: int | None = None


class Heart:
    """Listens to the signs of the thread that made it, until it is closed.

    Args:
        file: Where the pulse is kept meanwhile.
        pulse: Who it is of; the rest of it is filled in here.
        look_s: How late a change is written down, in seconds.
    """

    def __init__(self, file: Path, pulse: Pulse, look_s: float = LOOK_S) -> None:
        self._file = file
        self._pulse = pulse
        self._look_s = look_s
        self._doing = _Doing(since=time.time())
        self._changed = time.monotonic()
        self._turns = 0
        self._tokens = self._streamed = 0
        self._dirty = self._ended = False
        self._thread = threading.get_ident()
        self._load = Load(self._thread, threading.get_native_id())
        self._done = threading.Event()
        self._keeper = threading.Thread(target=self._keep, name="heart", daemon=True)
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._write()
        self._keeper.start()
        self._stack.enter_context(heard_by(self))
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._stack.close()
            self._done.set()
            self._keeper.join()
        finally:  # an order may arrive as late as here
            self._done.set()
            remove_pulse(self._file)

    def enter(self, state: State, what: str, seconds: float | None) -> _Doing:
        """As `Listener` says."""
        before = self._doing
        self._changed = now = time.monotonic()
        inherited = before.until if state == before.state else None
        until = inherited if seconds is None else now + seconds
        self._doing = _Doing(state, what or before.what, time.time(), until)
        self._dirty = True
        return before

    def leave(self, before: object) -> None:
        """As `Listener` says."""
        assert isinstance(before, _Doing)  # noqa: S101 - what `enter` gave
        self._changed = time.monotonic()
        self._doing = before
        self._dirty = True

    def streamed(self) -> None:
        """As `Listener` says."""
        self._changed = time.monotonic()
        self._streamed += 1
        if self._doing.state == "thinking":
            self._doing = self._doing._replace(state="streaming", since=time.time())
        self._dirty = True

    def answered(self, tokens: int) -> None:
        """As `Listener` says; what the endpoint counted stands for the pieces that came."""
        self._changed = time.monotonic()
        self._turns += 1
        self._tokens += tokens
        self._streamed = 0
        self._dirty = True

    def running(self, pid: int) -> None:
        """As `Listener` says."""
        self._doing = self._doing._replace(command=pid)
        self._dirty = True

    def _keep(self) -> None:
        written = time.monotonic()
        while not self._done.wait(self._look_s):
            if not self._ended and ordered(self._file, self._changed):
                self._ended = True
                raise_in(self._thread, RecycledError)
            if self._dirty or time.monotonic() - written >= self._pulse.beat_s:
                written = time.monotonic()
                with suppress(OSError):  # a full disk: the session goes on, and so may the next
                    self._write()

    def _write(self) -> None:
        self._dirty = False
        doing, changed = self._doing, self._changed
        clock, now = time.monotonic(), time.time()
        noted = {
            "state": doing.state,
            "what": doing.what,
            "since": round(doing.since, 3),
            "changed": round(now - (clock - changed), 3),
            "beat": round(now, 3),
            "changed_clock": changed,
            "beat_clock": clock,
            "until": doing.until,
            "command": doing.command,
            "busy": self._load.share(clock),
            "turns": self._turns,
            "tokens": self._tokens + self._streamed,
        }
        write_pulse(self._file, self._pulse.model_copy(update=noted))
