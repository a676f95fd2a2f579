"""Discord: the messages of one channel, oldest first. The bot needs the intent for their content.

Messages are read once: what is edited later, and how many like it later, is not seen.
"""

from dataclasses import dataclass
from typing import Any

from blocks.sources.door import Door
from blocks.sources.taken import count_of, listed, names_in, people_in, taken, text_of
from gastown.feedback.item import Item
from gastown.feedback.source import Cursor, Fetched

_SAID = (0, 19)  # a message, and a reply; the rest is the channel's own news
_LINK = "https://discord.com/channels/{guild}/{channel}/{id}"
_TITLE = 80
_NAMES = ("username", "global_name")


@dataclass(frozen=True, slots=True)
class Discord:
    """`channel` is its number. The cursor: the `after` of the last message."""

    name: str
    door: Door
    channel: str
    guild: str = "@me"
    per_page: int = 100

    def page(self, cursor: Cursor) -> Fetched:
        """The next messages after the cursor."""
        after = int(cursor.get("after", 0))
        url = f"channels/{self.channel}/messages?after={after}&limit={self.per_page}"
        answer = self.door.get(url)
        entries = listed(answer.json(), answer.url)
        items, skipped = taken(entries, self._item)
        newest = max([after, *(_number(entry) for entry in entries)])
        more = len(entries) >= self.per_page and newest > after
        return Fetched(items, {"after": str(newest)}, answer.until, more, skipped)

    def _item(self, entry: dict[str, Any]) -> Item | None:
        author: Any = entry.get("author") or {}
        said = text_of(entry.get("content"))
        if entry.get("type", 0) not in _SAID or author.get("bot") is True or not said.strip():
            return None
        number = _number(entry)
        if not number:
            raise ValueError("a message without a number")
        first = said.strip().split("\n", 1)[0]
        likes: Any = entry.get("reactions") or []
        return Item(
            key=f"message-{number}",
            title=first if len(first) <= _TITLE else f"{first[: _TITLE - 1]}…",
            text=said,
            url=_LINK.format(guild=self.guild, channel=self.channel, id=number),
            author=text_of(author.get("username") or author.get("id")),
            aliases=names_in(author, *_NAMES) + names_in(entry.get("member"), "nick"),
            others=_met(entry),
            created=entry["timestamp"],
            updated=entry.get("edited_timestamp") or entry["timestamp"],
            votes=sum(count_of(one.get("count")) for one in likes),
        )


def _met(entry: dict[str, Any]) -> tuple[str, ...]:
    """Names of those whom a message mentions, or answers."""
    answered: Any = entry.get("referenced_message") or {}
    return people_in(entry.get("mentions"), *_NAMES) + names_in(answered.get("author"), *_NAMES)


def _number(entry: Any) -> int:
    """A message's number, which grows with time; 0 for what has none."""
    found = entry.get("id") if isinstance(entry, dict) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    return int(found) if isinstance(found, str) and found.isdecimal() and len(found) < 21 else 0  # noqa: PLR2004 — 64 bits
