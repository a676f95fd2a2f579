"""patience: how long an outage is waited with, and when it is tried again. Pure.

Waits grow, so that a short cut costs seconds and a long one is not asked after all the time.
Seconds are those of a clock that nobody sets; the words are for a person's.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from gastown.stage import Frozen

FIRST_S, LONGEST_S = 2.0, 300.0
ALARM_S = 180.0
"""After so long a person hears of it."""
PATIENCE_S = 3600.0
KILLS = 3
"""So often work is taken up again at once for a program of it that was killed, then it fails."""
_MINUTE_S = 60.0


class Moment(NamedTuple):
    """Now: on the machine's clock, in seconds, and as a person says it."""

    clock: float
    at: datetime


class Wait(Frozen):
    """What is away, since when, and when it is tried again and given up, in seconds."""

    brief: str
    since: float
    tries: int
    again: float
    until: float
    reason: str
    again_at: datetime
    in_vain: bool = False

    @property
    def alarms(self) -> bool:
        """Whether it has lasted for so long that a person is to hear of it."""
        return self.again - self.since >= ALARM_S


class GiveUp(Frozen):
    """It was waited for in vain."""

    reason: str


def patience_with(
    brief: str, before: Wait | None, now: Moment, patience_s: float = PATIENCE_S
) -> Wait | GiveUp:
    """Whether to try once more, and when.

    Args:
        brief: What is away, e.g. `origin /srv/heap.git cannot be reached`.
        before: The last wait of the same work, if it waited before.
        now: The moment.
        patience_s: So long one outage is waited with.
    """
    if before is not None and _is_another(brief, before, now):
        before = None
    since, tries = (before.since, before.tries + 1) if before else (now.clock, 1)
    until = since + patience_s
    if now.clock >= until:
        length = f" for {words(now.clock - since)}" if tries > 1 else ""
        return GiveUp(reason=f"{brief}{length}")
    pause = min(FIRST_S * 2.0 ** min(tries - 1, 30), LONGEST_S, until - now.clock)
    again_at = now.at + timedelta(seconds=pause)
    ends = now.at + timedelta(seconds=until - now.clock)
    return Wait(
        brief=brief,
        since=since,
        tries=tries,
        again=now.clock + pause,
        until=until,
        reason=f"{brief}; tries again at {_time(again_at, pause)}, gives up at {_time(ends)}",
        again_at=again_at,
    )


def words(seconds: float) -> str:
    """A length, e.g. `60 min`."""
    return f"{seconds:.0f} s" if seconds < _MINUTE_S else f"{seconds / _MINUTE_S:.0f} min"


def _is_another(brief: str, before: Wait, now: Moment) -> bool:
    """Something else is away, or it was back for so long that this is another outage."""
    return brief != before.brief or now.clock - before.again > LONGEST_S


def _time(at: datetime, pause_s: float = _MINUTE_S) -> str:
    return f"{at:%H:%M}" if pause_s >= _MINUTE_S else f"{at:%H:%M:%S}"
