"""Reddit: the new posts of a subreddit, newest first, as an application that is nobody's account.

Posts of the last days are read again each time, for their votes. Reddit lists a thousand at most.
"""

from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from urllib.parse import urlencode

from blocks.sources.door import Door
from blocks.sources.taken import count_of, listed, taken, text_of
from gastown.errors import SourceError
from gastown.feedback.descending import descend, likely
from gastown.feedback.item import Item
from gastown.feedback.source import Cursor, Fetched

AGAIN = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Reddit:
    """`secret` is `CLIENT_ID:CLIENT_SECRET`, which `login` gives a short-lived token for."""

    name: str
    door: Door
    login: Door
    subreddit: str
    secret: str
    per_page: int = 100

    def page(self, cursor: Cursor) -> Fetched:
        """The posts at the cursor."""
        asked = {"limit": str(self.per_page), "raw_json": "1"}
        if after := text_of(cursor.get("after")):
            asked["after"] = after
        pass_ = {"Authorization": f"Bearer {self._token()}"}
        answer = self.door.get(f"r/{self.subreddit}/new?{urlencode(asked)}", pass_)
        data = _part(_part(answer.json(), answer.url), answer.url, "data")
        entries = listed(data.get("children"), answer.url)
        items, skipped = taken(entries, self._item)
        times = likely([item.created for item in items], self.door.clock())
        moved = descend(cursor, times, text_of(data.get("after")), AGAIN)
        return Fetched(items, moved, answer.until, "after" in moved, skipped)

    def _token(self) -> str:
        """Asked for anew for each page: it costs nothing, and no clock can be wrong about it."""
        basic = b64encode(self.secret.encode()).decode()
        answer = self.login.ask(
            "POST",
            "api/v1/access_token",
            headers={"Authorization": f"Basic {basic}"},
            form={"grant_type": "client_credentials"},
        )
        token = _part(answer.json(), answer.url).get("access_token")
        if not isinstance(token, str) or not token.isascii() or not token.isprintable():
            raise SourceError(f"{answer.url}: gives no token; is it ID:SECRET?", retryable=False)
        return token

    def _item(self, entry: dict[str, Any]) -> Item:
        post = entry["data"]
        created = datetime.fromtimestamp(float(post["created_utc"]), UTC)
        edited = post.get("edited")
        link = text_of(post.get("permalink"))
        return Item(
            key=text_of(post["name"]),
            title=text_of(post.get("title")),
            text=text_of(post.get("selftext")),
            url=f"https://www.reddit.com{link}" if link.startswith("/r/") else "",
            author=text_of(post.get("author")),
            created=created,
            updated=datetime.fromtimestamp(edited, UTC) if isinstance(edited, float) else created,
            votes=count_of(post.get("score")),
            replies=count_of(post.get("num_comments")),
            labels=tuple(filter(None, [text_of(post.get("link_flair_text"))])),
            closed=post.get("locked") is True,
        )


def _part(found: object, place: str, key: str = "") -> dict[str, Any]:
    part = cast("dict[str, Any]", found).get(key) if key and isinstance(found, dict) else found
    if not isinstance(part, dict):
        raise SourceError(f"{place}: is no listing", retryable=True)
    return cast("dict[str, Any]", part)
