"""Polite: a source whose wish to be left alone is told as such."""

from dataclasses import dataclass
from typing import Protocol

from blocks.sources.door import Throttled
from gastown.feedback.source import Cursor, Fetched


class Page(Protocol):
    """What a kind of source says: its name, and one page, or Throttled."""

    @property
    def name(self) -> str:
        """As town.toml calls it."""
        ...

    def page(self, cursor: Cursor) -> Fetched:
        """The page at the cursor. Raises Throttled or SourceError."""
        ...


@dataclass(frozen=True, slots=True)
class Polite:
    """A Source made of a Page: whoever is throttled gets nothing, and stays where it is."""

    inner: Page

    @property
    def name(self) -> str:
        """As town.toml calls it."""
        return self.inner.name

    def fetch(self, cursor: Cursor) -> Fetched:
        """The page at the cursor. Raises SourceError."""
        try:
            return self.inner.page(cursor)
        except Throttled as wish:
            return Fetched((), cursor, wait_until=wish.until, more=True)
