"""safety: what the Watchdog has on record of each repository."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from gastown.agents.prose import one_line
from gastown.days.history import Window
from gastown.morning.fact import Line
from gastown.security.book import FINDINGS, Book

_SHOWN = 3
_TITLE = 100


def safety_lines(private: Path, window: Window, today: date) -> Iterator[Line]:
    """Open findings of every repository that was scanned, and what is new of high severity.

    Raises ConfigError for a file of the Watchdog's that a person broke.
    """
    for file in sorted([*private.glob(f"*/{FINDINGS}"), *private.glob(f"elsewhere/*/{FINDINGS}")]):
        place = str(file.parent.relative_to(private))
        standing = Book(private, place).show(today)
        if standing is None:
            continue
        yield Line("Security", f"{place}, scanned {standing.at:%Y-%m-%d}: {standing.line}")
        alarming = [one for one in standing.alarming if window.holds(one.since)]
        for one in alarming[:_SHOWN]:
            found = one.finding
            told = f"{place}, new, {found.severity}: {one_line(found.title, _TITLE)}, {found.file}"
            yield Line("Security", told, must=True)
        if len(alarming) > _SHOWN:
            more = f"{place}: {len(alarming) - _SHOWN} more new ones of high severity or worse"
            yield Line("Security", more, must=True)
