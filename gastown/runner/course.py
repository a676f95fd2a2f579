"""course: what a keeper does about its server, from what it sees; pure, with the reason.

Clocks are arguments, in seconds of any one clock.
"""

from dataclasses import dataclass
from typing import Final, Literal

from gastown.town.tables.local import FileTable

TRIES: Final = 5  # starts in a row that fail before it is left alone
FIRST_TRIES: Final = 2  # of a server that never was up: a port may be lost to another, no more
STEADY_S: Final = 60.0  # up so long, and earlier failures no longer count
MAX_PAUSE_S: Final = 60.0
MUTE: Final = 5  # looks in a row without an answer of a living process: it hangs

Action = Literal["wait", "restart", "reload", "unload", "give_up"]


@dataclass(frozen=True, slots=True)
class Seen:
    """One look at a server.

    Attributes:
        now: When.
        alive: Whether its process is there.
        answers: Whether it said that it is well.
        mute: Looks in a row without an answer, this one included.
        used_at: When it last worked.
        wanted: Whether a session holds it, at work or between two requests.
        up_since: When it came up; None if it did not since its last start.
        ever_up: Whether it was up after any start.
        failures: Starts and crashes in a row so far.
        pressed: Why others need its memory, if they do.
        changed: What became of its row since it was loaded, if anything did.
        gone: Whether that is that there is none any more.
    """

    now: float
    alive: bool = True
    answers: bool = True
    mute: int = 0
    used_at: float = 0.0
    wanted: bool = False
    up_since: float | None = None
    ever_up: bool = False
    failures: int = 0
    pressed: str = ""
    changed: str = ""
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """What to do, why, after how many seconds, and how many failures in a row that makes."""

    action: Action
    reason: str = ""
    pause_s: float = 0.0
    failures: int = 0


def judge(seen: Seen, table: FileTable) -> Step:
    """What to do now. A server that works, or is about to, is never stopped for being idle."""
    if not seen.alive:
        return _again(seen, "it ended by itself")
    if not seen.answers:
        hangs = seen.mute >= MUTE
        return _again(seen, f"no answer {seen.mute} times in a row") if hangs else Step("wait")
    if seen.wanted:
        return Step("wait", f"{seen.changed}; in use" if seen.changed else "in use")
    return _idle(seen, table)


def pause_s(failures: int) -> float:
    """Seconds before the next start: 1, 2, 4 … up to a minute."""
    return min(MAX_PAUSE_S, 2.0 ** max(0, min(failures, 10) - 1))


def _again(seen: Seen, why: str) -> Step:
    steady = seen.up_since is not None and seen.now - seen.up_since >= STEADY_S
    failures = 1 if steady else seen.failures + 1
    most = TRIES if seen.ever_up else FIRST_TRIES
    if failures >= most:
        return Step("give_up", f"{why}; that was try {failures} of {most}")
    return Step("restart", why, pause_s(failures), failures)


def _idle(seen: Seen, table: FileTable) -> Step:
    idle = seen.now - seen.used_at
    if seen.pressed:
        return Step("unload", f"idle, and {seen.pressed}")
    if seen.changed:
        return Step("unload" if seen.gone else "reload", seen.changed)
    if table.keep_warm:
        return Step("wait", "kept warm")
    if idle >= table.idle_s:
        return Step("unload", f"idle for {idle:.0f} s; idle_s is {table.idle_s:g}")
    return Step("wait", f"idle for {idle:.0f} of {table.idle_s:g} s")
