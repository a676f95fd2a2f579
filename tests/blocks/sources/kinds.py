"""Every kind of source, opened as town.toml has it, against the rehearsed public."""

from collections.abc import Mapping

from blocks.sources.open import Opening
from gastown.feedback.source import START, Cursor, Fetched, Source
from gastown.testing import FakeClock
from gastown.town.tables.sources import SourceTable

TOKENS = {"A_TOKEN": "s3cret", "AN_ID": "id:secret"}
TABLES: Mapping[str, Mapping[str, str]] = {
    "github-issues": {"repo": "acme/game", "token": "A_TOKEN"},
    "github-discussions": {"repo": "acme/game", "token": "A_TOKEN"},
    "discord": {"channel": "77", "token": "A_TOKEN"},
    "reddit": {"subreddit": "game", "token": "AN_ID"},
    "feed": {},
}
KINDS = tuple(TABLES)


class Naps:
    """A sleep that moves a fake clock."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.taken: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)
        self.clock.advance(seconds)


def opened(kind: str, url: str, clock: FakeClock | None = None) -> Source:
    """The source of a kind, its API at `url`."""
    place = {"url": f"{url}feed.xml"} if kind == "feed" else {"api": url}
    table = SourceTable.model_validate({"kind": kind, **TABLES[kind], **place})
    clock = clock or FakeClock()
    return Opening(TOKENS, clock, Naps(clock)).open("public", table)


def read_all(source: Source, cursor: Cursor = START, pages: int = 500) -> list[Fetched]:
    """Page after page, as long as there are more."""
    found = [source.fetch(cursor)]
    while found[-1].more and len(found) < pages:
        found.append(source.fetch(found[-1].cursor))
    return found


def keys(pages: list[Fetched]) -> set[str]:
    """The keys of all items."""
    return {item.key for page in pages for item in page.items}
