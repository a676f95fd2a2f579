"""GithubIssues: the issues of a repository, by the REST API, oldest change first.

After each page we ask anew from the newest change that we saw, a second earlier: pages that are
only numbered would lose what moves up while we turn them. Pull requests, which GitHub lists as
issues, are passed over.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from blocks.sources.door import Answer, Door
from blocks.sources.taken import count_of, listed, people_in, taken, text_of
from gastown.feedback.descending import likely
from gastown.feedback.item import Item
from gastown.feedback.source import Cursor, Fetched

_NEXT = re.compile(r'<([^<>]+)>\s*;[^<]*\brel="?next"?')
_OVERLAP = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class GithubIssues:
    """`repo` is `owner/name`. The cursor: `since`, and `next` within many changes of a second."""

    name: str
    door: Door
    repo: str
    per_page: int = 100

    def page(self, cursor: Cursor) -> Fetched:
        """The issues that changed since the cursor."""
        since = str(cursor.get("since", ""))
        url = str(cursor.get("next") or self._first(since))
        tag = str(cursor.get("etag", "")) if cursor.get("tagged") == url else ""
        answer = self.door.get(url, {"If-None-Match": tag} if tag else None)
        if answer.status == HTTPStatus.NOT_MODIFIED:
            return Fetched((), cursor, answer.until)
        entries = listed(answer.json(), answer.url)
        items, skipped = taken(entries, _item)
        moved, more = self._moved(since, url, entries, answer)
        return Fetched(items, moved, answer.until, more, skipped)

    def _moved(
        self, since: str, url: str, entries: list[Any], answer: Answer
    ) -> tuple[Cursor, bool]:
        """The cursor behind a page, and whether there is more."""
        base = _newest(since, likely(_moments(entries), self.door.clock()))
        found = _NEXT.search(answer.headers.get("link", ""))
        if found is None:
            first = self._first(base)
            tagged = {"etag": answer.headers.get("etag", ""), "tagged": url} if url == first else {}
            return {"since": base, **tagged}, False
        if base > since:
            return {"since": base}, True
        return {"since": since, "next": self.door.whole(found[1])}, True

    def _first(self, since: str) -> str:
        asked = {
            "state": "all",
            "sort": "updated",
            "direction": "asc",
            "per_page": str(self.per_page),
            **({"since": since} if since else {}),
        }
        return f"{self.door.base.rstrip('/')}/repos/{self.repo}/issues?{urlencode(asked)}"


def _newest(since: str, times: list[datetime]) -> str:
    """A second before the newest change on the page, never before `since`."""
    if not times:
        return since
    return max(since, f"{max(times) - _OVERLAP:%Y-%m-%dT%H:%M:%SZ}")


def _moments(entries: list[Any]) -> list[datetime]:
    return [at for entry in entries if (at := _moment(entry)) is not None]


def _moment(entry: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(entry["updated_at"])
        return found.astimezone(UTC) if found.tzinfo else None
    except (TypeError, KeyError, ValueError, OverflowError):
        return None


def _item(entry: dict[str, Any]) -> Item | None:
    if "pull_request" in entry:
        return None
    likes: Any = entry.get("reactions") or {}
    labels: list[Any] = entry.get("labels") or []
    author: Any = entry.get("user") or {}
    return Item(
        key=f"issue-{int(entry['number'])}",
        title=text_of(entry.get("title")),
        text=text_of(entry.get("body")),
        url=text_of(entry.get("html_url")),
        author=text_of(author.get("login")),
        others=people_in(entry.get("assignees"), "login"),
        created=entry["created_at"],
        updated=entry["updated_at"],
        votes=count_of(likes.get("+1")) + count_of(likes.get("heart")),
        replies=count_of(entry.get("comments")),
        labels=tuple(map(_label, labels)),
        closed=entry.get("state") == "closed",
    )


def _label(one: Any) -> str:
    return text_of(one if isinstance(one, str) else one["name"])
