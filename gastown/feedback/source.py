"""Source: where feedback is read, a page at a time, from a cursor that is the source's own affair.

A cursor is JSON; whoever stores the items of a page stores its cursor with them, and gives it back
for the next page. Reading from a cursor twice gives the same items, or newer states of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from gastown.feedback.item import Item

Cursor = Mapping[str, Any]
START: Cursor = {}


@dataclass(frozen=True, slots=True)
class Fetched:
    """One page.

    `wait_until` is when the source wants to be asked again at the earliest; `more` says that there
    is more to read now. `skipped` entries made no sense and are not among the items.
    """

    items: tuple[Item, ...]
    cursor: Cursor
    wait_until: datetime | None = None
    more: bool = False
    skipped: int = 0


class Source(Protocol):
    """One place that is read: a repository's issues, a channel, a feed."""

    @property
    def name(self) -> str:
        """As town.toml calls it."""
        ...

    def fetch(self, cursor: Cursor) -> Fetched:
        """The page at the cursor; START is the beginning.

        Raises SourceError when it cannot be read; a source that wants us to wait is no error.
        """
        ...
