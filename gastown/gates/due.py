"""due: when a gate has to be looked at next. Pure."""

import math
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from gastown.gates.judge import BEAD, CONDITIONAL, MAIL, PULL, RUN, TIMER, deadline, timer_end
from gastown.gates.record import GateRecord

LOOKED_AFTER = frozenset({RUN, PULL, MAIL, BEAD, CONDITIONAL})
"""Types that change without anybody telling the town."""
SLOWER = 10
"""Once a person is told, so many times less often."""


def next_look(gates: Iterable[GateRecord], now: datetime, every_s: float) -> datetime | None:
    """The next moment at which a look may change something; None: a person will say so.

    What has to be asked again and again is asked at whole multiples of `every_s`, so that looks
    which are planned twice are planned for one moment.
    """
    moments = [moment for gate in gates for moment in _moments(gate, now, every_s)]
    return min(moments, default=None)


def _moments(record: GateRecord, now: datetime, every_s: float) -> Iterable[datetime]:
    gate = record.gate
    if gate.type == TIMER and (end := timer_end(gate, record.opened)) is not None:
        yield max(whole(end), whole(now))
    if record.escalated is None and (end := deadline(gate, record.opened)) is not None:
        yield max(whole(end), whole(now))
    if gate.type in LOOKED_AFTER:
        pace = every_s if record.escalated is None else every_s * SLOWER
        wish = record.sight.wait_until
        yield _tick(max(now, wish) if wish else now, pace)


def _tick(after: datetime, every_s: float) -> datetime:
    """The next multiple of the interval, later than a moment."""
    count = math.floor(after.timestamp() / every_s) + 1
    return datetime.fromtimestamp(count * every_s, UTC)


def whole(moment: datetime) -> datetime:
    """The first whole second not before it."""
    begun = moment.replace(microsecond=0)
    return begun if begun == moment else begun + timedelta(seconds=1)
