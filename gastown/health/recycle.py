"""recycle: end a stuck session: its own thread if that still hears, else its whole process.

An order lies beside the pulse. The session's heart finds it within a second and raises
RecycledError in the thread that works; a session that is not silent any more tears it up. What
does not end by that is ended as a process, with all that it started; so are its neighbours in that
process, as by any crash, and each step is carried out again from its worktree.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Literal

import psutil

from gastown.health.pulse import Pulse, pulse_file
from gastown.machine.holder import is_dead
from gastown.town.layout import TownLayout
from gastown.town.processes import MARK, end, mark_of

HEED_S = 20.0  # for a thread to end: a model's connection is let go, a worktree left
GRACE_S = 5.0  # for a process after SIGTERM
_LOOK_S = 0.1

Ended = Literal["heeded", "revived", "killed", "alive", "foreign"]
"""Its thread ended; it came back to life; its process was ended; even that did not end it; it is
not ours to end."""


def order_file(pulse: Path) -> Path:
    """The order that ends the session of a pulse."""
    return pulse.with_suffix(".order")


def recycle(
    layout: TownLayout,
    pulse: Pulse,
    *,
    heed_s: float = HEED_S,
    grace_s: float = GRACE_S,
    sleep: Callable[[float], None] = time.sleep,
) -> Ended:
    """End a session of this host; its worktree, branch and slot stay as they are.

    A process is only ended if `town up` had it started: another may be a person's program.
    """
    file = pulse_file(layout, pulse.step, pulse.attempt)
    order = order_file(file)
    order.write_text(f"{pulse.changed_clock!r}", encoding="utf-8")
    try:
        if _gone(file, heed_s, sleep):
            return "revived" if file.exists() else "heeded"
    finally:
        order.unlink(missing_ok=True)
    return _end(layout, pulse, grace_s)


def ordered(file: Path, changed: float) -> bool:
    """Whether the session of this pulse is to end, of which nothing came since `changed`."""
    order = order_file(file)
    try:
        silent_since = float(order.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    if changed <= silent_since:
        return True
    order.unlink(missing_ok=True)  # it came back to life meanwhile
    return False


def _gone(file: Path, seconds: float, sleep: Callable[[float], None]) -> bool:
    """Whether the session ends, or tears up the order, in time."""
    last = time.monotonic() + seconds
    while file.exists() and order_file(file).exists():
        if time.monotonic() >= last:
            return False
        sleep(_LOOK_S)
    return True


def _end(layout: TownLayout, pulse: Pulse, grace_s: float) -> Ended:
    with suppress(psutil.Error, OSError):
        process = psutil.Process(pulse.pid)
        if process.environ().get(MARK) != mark_of(layout):
            return "foreign"
        if not is_dead(pulse.holder):  # another may have its pid by now
            return "alive" if end([process], grace_s=grace_s) else "killed"
    return "killed" if is_dead(pulse.holder) else "alive"
