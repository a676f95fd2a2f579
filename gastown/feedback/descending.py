"""Descending: reading a list whose newest entries come first, without losing any between pages.

One reading goes from the newest entry down to what the last one knew, and may take many pages and
runs. What moves to the top meanwhile is newer than `top`, so that the next reading finds it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from gastown.feedback.source import Cursor

AHEAD = timedelta(days=1)
"""A time further in the future is a lie, and would hide what comes until then."""


def likely(times: Iterable[datetime], now: datetime) -> list[datetime]:
    """Those that may be true."""
    return [time for time in times if time <= now + AHEAD]


def descend(
    cursor: Cursor, times: Sequence[datetime], following: str, overlap: timedelta = timedelta(0)
) -> Cursor:
    """The cursor after a page; without `after` in it the reading is through.

    Args:
        cursor: `mark`: up to when all is known; `top`: the newest of this reading; `after`: page.
        times: When the page's entries changed last.
        following: What names the next page; empty at the end of the list.
        overlap: How far below the mark to read again, for what changes without getting newer.
    """
    mark, top = _moment(cursor.get("mark")), _moment(cursor.get("top"))
    top = top or max(times, default=None)
    known = mark is not None and bool(times) and max(_last(times)) < mark - overlap
    if following and not known:
        return _cursor(mark=mark, top=top) | {"after": following}
    return _cursor(mark=max(filter(None, (mark, top)), default=None))


def _last(times: Sequence[datetime]) -> Sequence[datetime]:
    """The last entry, which is the oldest; all of a page that is not in order."""
    return times[-1:] if list(times) == sorted(times, reverse=True) else times


def _cursor(**moments: datetime | None) -> dict[str, str]:
    return {name: moment.isoformat() for name, moment in moments.items() if moment is not None}


def _moment(text: object) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None
