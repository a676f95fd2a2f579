"""notice: through which blocks the Overseer is told now. Pure; whoever sends notes it first.

A notice is on record as begun before it is sent and as sent after. Found begun by a process that is
dead, it is sent once more, and says so: rather twice, when a machine dies in that very moment,
than never. Everywhere else it is sent once.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from gastown.escalation.escalation import OVERSEER, Escalation, Notice

PATIENCE = timedelta(minutes=10)
"""A process of another machine that has not sent by then is taken for dead."""
_FIRST, _LONGEST = timedelta(minutes=1), timedelta(hours=1)
_DOUBLINGS = 6  # from there on every hour


def unsent(
    one: Escalation, blocks: Iterable[str], now: datetime, is_dead: Callable[[str], bool]
) -> list[Notice]:
    """The notices to send now, as they are to be noted; `sender` is the caller's to fill in.

    Args:
        one: The escalation.
        blocks: Where the Overseer listens.
        now: The time.
        is_dead: Whether a sender's process is known to be.
    """
    if one.tier != OVERSEER or one.acked or one.resolved:
        return []
    asked = one.asked
    found: list[Notice] = []
    for block in dict.fromkeys(blocks):
        old = notice_of(one, asked, block)
        if old is None:
            found.append(Notice(asked=asked, block=block, tries=1, at=now))
        elif now >= next_try(old, is_dead):
            found.append(Notice(asked=asked, block=block, tries=old.tries + 1, at=now))
    return found


def noted(one: Escalation, notice: Notice) -> Escalation:
    """With a notice as it stands now."""
    others = (n for n in one.notices if (n.asked, n.block) != (notice.asked, notice.block))
    return one.model_copy(update={"notices": (*others, notice)})


def notice_of(one: Escalation, asked: int, block: str) -> Notice | None:
    """What is on record of a notice."""
    return next((n for n in one.notices if (n.asked, n.block) == (asked, block)), None)


def next_try(notice: Notice, is_dead: Callable[[str], bool]) -> datetime:
    """When it is sent again; never, as far as calendars go, once it was sent."""
    if notice.sent:
        return datetime.max.replace(tzinfo=notice.at.tzinfo)
    if notice.error:
        return notice.at + min(_FIRST * 2 ** min(notice.tries - 1, _DOUBLINGS), _LONGEST)
    return notice.at if is_dead(notice.sender) else notice.at + PATIENCE
