"""look: what can be seen of a session from outside: its process, its command, how long ago.

On this host the monotonic clock counts, which is the same for all processes, stands still while
the machine sleeps, and is not moved when somebody sets the time. Another host's beats are told by
the wall clock, so clocks must agree to within a beat.
"""

import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import psutil

from gastown.health.judge import Sight, Verdict, judge
from gastown.health.pulse import Pulse
from gastown.town.tables.health import HealthTable

_BUSY = 0.1  # what only waits, and looks now and then, takes less


@dataclass(frozen=True, slots=True)
class Watcher:
    """Looks at sessions from this host, with its clocks."""

    wall: Callable[[], float] = time.time
    clock: Callable[[], float] = time.monotonic
    host: str = socket.gethostname()

    def look(self, pulse: Pulse) -> Sight:
        """What is seen of a session now."""
        if pulse.host != self.host:
            now = self.wall()
            beat = max(0.0, now - pulse.beat)
            return Sight("unknown", max(beat, now - pulse.changed), beat)
        clock = self.clock()
        return Sight(
            life="gone" if pulse.gone else "alive",
            silence_s=max(0.0, clock - pulse.changed_clock),
            beat_s=max(0.0, clock - pulse.beat_clock),
            over_s=None if pulse.until is None else clock - pulse.until,
            command=pulse.state == "tool" and _runs(pulse),
            computes=pulse.busy >= _BUSY,
        )

    def judge(self, pulse: Pulse, table: HealthTable) -> Verdict:
        """How a session is now."""
        return judge(pulse, self.look(pulse), table)


def _runs(pulse: Pulse) -> bool:
    """Whether the command that it waits for lives; of git, whose pid is not noted, any child."""
    with suppress(psutil.Error):
        if pulse.command is not None:
            return psutil.Process(pulse.command).status() != psutil.STATUS_ZOMBIE
        children = psutil.Process(pulse.pid).children(recursive=True)
        return any(one.status() != psutil.STATUS_ZOMBIE for one in children)
    return False
