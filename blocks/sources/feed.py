"""FeedPages: an RSS or Atom feed, with the pages behind its first where it has some."""

from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus

from blocks.sources.door import Door
from gastown.feedback.descending import descend
from gastown.feedback.feed import parse_feed
from gastown.feedback.item import UNKNOWN
from gastown.feedback.source import Cursor, Fetched

_AHEAD = timedelta(days=1)
"""A date further in the future is a lie, and would hide what comes until then."""


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
        latest = self.door.clock() + _AHEAD
        times = [item.updated for item in feed.items if UNKNOWN < item.updated <= latest]
        following = self.door.whole(feed.following) if feed.following and feed.items else ""
        moved = dict(descend(cursor, times, "" if following == answer.url else following))
        tags = cursor if after else _tags(answer.headers)
        kept = {name: tags[name] for name in ("etag", "modified") if tags.get(name)}
        return Fetched(feed.items, moved | kept, answer.until, "after" in moved, feed.skipped)


def _conditions(cursor: Cursor) -> dict[str, str]:
    pairs = (("If-None-Match", "etag"), ("If-Modified-Since", "modified"))
    return {header: str(cursor[name]) for header, name in pairs if cursor.get(name)}


def _tags(headers: "Cursor") -> Cursor:
    return {"etag": headers.get("etag", ""), "modified": headers.get("last-modified", "")}
