"""FeedPages: an RSS or Atom feed, with the pages behind its first where it has some."""

from dataclasses import dataclass
from http import HTTPStatus

from blocks.sources.door import Door
from gastown.errors import SourceError
from gastown.feedback.descending import descend, likely
from gastown.feedback.feed import Feed, parse_feed
from gastown.feedback.item import UNKNOWN
from gastown.feedback.source import Cursor, Fetched


@dataclass(frozen=True, slots=True)
class FeedPages:
    """`url` is the feed's. The cursor: its tags, and how far its pages were read."""

    name: str
    door: Door
    url: str

    def page(self, cursor: Cursor) -> Fetched:
        """The feed, if it changed, or its page at the cursor."""
        after = str(cursor.get("after", ""))
        known = {} if after else _conditions(cursor)
        answer = self.door.get(after or self.url, known)
        if answer.status == HTTPStatus.NOT_MODIFIED:
            return Fetched((), cursor, answer.until)
        feed = parse_feed(answer.content, answer.url)
        times = [item.updated for item in feed.items if item.updated > UNKNOWN]
        following = self._following(feed, answer.url)
        moved = dict(descend(cursor, likely(times, self.door.clock()), following))
        tags = cursor if after else _tags(answer.headers)
        kept = {name: tags[name] for name in ("etag", "modified") if tags.get(name)}
        return Fetched(feed.items, moved | kept, answer.until, "after" in moved, feed.skipped)

    def _following(self, feed: Feed, here: str) -> str:
        """The next page; none where the feed names an address that is none, or is not its own."""
        try:
            there = self.door.whole(feed.following) if feed.following and feed.items else ""
        except SourceError:
            return ""
        return "" if there == here else there


def _conditions(cursor: Cursor) -> dict[str, str]:
    pairs = (("If-None-Match", "etag"), ("If-Modified-Since", "modified"))
    return {header: str(cursor[name]) for header, name in pairs if cursor.get(name)}


def _tags(headers: "Cursor") -> Cursor:
    return {"etag": headers.get("etag", ""), "modified": headers.get("last-modified", "")}
