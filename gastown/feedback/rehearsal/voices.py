"""Voices: how each kind of source words its posts and its pages, as its documentation has it."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode
from xml.sax.saxutils import escape

from gastown.feedback.rehearsal.world import EPOCH, Post, World

JSON, XML = "application/json; charset=utf-8", "application/rss+xml; charset=utf-8"
_SNOWFLAKE = 1 << 22


@dataclass(frozen=True, slots=True)
class Said:
    """An answer before it is sent."""

    body: bytes
    kind: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def tag(self) -> str:
        """Its ETag."""
        return f'W/"{hashlib.sha256(self.body).hexdigest()[:24]}"'


@dataclass(frozen=True, slots=True)
class Question:
    """What a request wants: its path without a query, the query, its JSON body, where we are."""

    path: str
    query: Mapping[str, str]
    body: Mapping[str, Any]
    home: str


def issues(world: World, asked: Question) -> Said:
    """GitHub: `since`, `page`, `per_page`, a Link header; oldest change first."""
    since, page = asked.query.get("since", ""), int(asked.query.get("page", "1"))
    size = int(asked.query.get("per_page", "30"))
    known = [post for post in world.oldest_first() if _stamp(post.updated) >= since]
    shown = known[(page - 1) * size : page * size]
    headers: dict[str, str] = {}
    if len(known) > page * size:
        query = urlencode({**asked.query, "page": str(page + 1)})
        headers["Link"] = f'<{asked.home}{asked.path}?{query}>; rel="next", <x>; rel="last"'
    return Said(_json([_issue(post) for post in shown]), headers=headers)


def repository(world: World, asked: Question) -> Said:
    """GitHub: a repository's issues, its workflow runs, one of them, or one pull request.

    Raises KeyError for a run or a pull request that there is not.
    """
    *_, kind, last = asked.path.split("/")
    if last == "runs":
        branch = asked.query.get("branch")
        found = [one for one in world.runs.values() if branch in (None, one["head_branch"])]
        return Said(_json({"total_count": len(found), "workflow_runs": found[::-1]}))
    if kind in {"runs", "pulls"}:
        return Said(_json((world.runs if kind == "runs" else world.pulls)[int(last)]))
    return issues(world, asked)


def discussions(world: World, asked: Question) -> Said:
    """GitHub's GraphQL: newest change first, by an opaque cursor."""
    given = asked.body.get("variables", {})
    known = world.oldest_first()[::-1]
    left = [post for post in known if not given.get("after") or _mark(post) < given["after"]]
    shown = left[: int(given.get("first", 50))]
    place = {
        "pageInfo": {
            "hasNextPage": len(left) > len(shown),
            "endCursor": _mark(shown[-1]) if shown else None,
        },
        "nodes": [_discussion(post) for post in shown],
    }
    limit = {"cost": 1, "remaining": 4_000, "resetAt": _stamp(EPOCH)}
    return Said(_json({"data": {"rateLimit": limit, "repository": {"discussions": place}}}))


def messages(world: World, asked: Question) -> Said:
    """Discord: the oldest after a number, given newest first."""
    after, size = int(asked.query.get("after", "0")), int(asked.query.get("limit", "50"))
    known = sorted(world.oldest_first(), key=lambda post: post.number)
    shown = [post for post in known if post.number * _SNOWFLAKE > after][:size]
    return Said(_json([_message(post) for post in shown[::-1]]))


def token(_: World, __: Question) -> Said:
    """Reddit: a token for an application."""
    return Said(_json({"access_token": "rehearsed", "token_type": "bearer", "expires_in": 3600}))


def listing(world: World, asked: Question) -> Said:
    """Reddit: newest first, after the name of the last."""
    size, after = int(asked.query.get("limit", "25")), asked.query.get("after", "")
    known = sorted(world.oldest_first(), key=lambda post: (post.created, post.number))[::-1]
    names = [f"t3_{post.number}" for post in known]
    start = names.index(after) + 1 if after in names else 0
    shown = known[start : start + size]
    more = f"t3_{shown[-1].number}" if start + size < len(known) else None
    return Said(_json({"data": {"after": more, "children": [_reddit(post) for post in shown]}}))


def feed(world: World, asked: Question) -> Said:
    """RSS, newest first, with pages."""
    page, size = int(asked.query.get("page", "1")), int(asked.query.get("size", "40"))
    known = world.oldest_first()[::-1]
    shown = known[(page - 1) * size : page * size]
    query = urlencode({**asked.query, "page": str(page + 1)})
    link = f"{asked.home}{asked.path}?{query}" if len(known) > page * size else ""
    following = f'<atom:link rel="next" href="{escape(link)}"/>' if link else ""
    return Said(_feed(following, shown), XML)


VOICES: Sequence[tuple[str, Callable[[World, Question], Said]]] = (
    ("/repos/", repository),
    ("/graphql", discussions),
    ("/channels/", messages),
    ("/api/v1/access_token", token),
    ("/r/", listing),
    ("/feed", feed),
)


def _issue(post: Post) -> dict[str, Any]:
    return {
        "number": post.number,
        "title": post.title,
        "body": post.text,
        "html_url": f"https://github.com/acme/game/issues/{post.number}",
        "user": {"login": post.author},
        "created_at": _stamp(post.created),
        "updated_at": _stamp(post.updated),
        "reactions": {"+1": post.votes, "heart": 0},
        "comments": post.replies,
        "labels": [{"name": label} for label in post.labels],
        "state": "closed" if post.closed else "open",
        **({"pull_request": {"url": "x"}} if post.pull else {}),
    }


def _discussion(post: Post) -> dict[str, Any]:
    return {
        "number": post.number,
        "title": post.title,
        "body": post.text,
        "url": f"https://github.com/acme/game/discussions/{post.number}",
        "createdAt": _stamp(post.created),
        "updatedAt": _stamp(post.updated),
        "upvoteCount": post.votes,
        "closed": post.closed,
        "author": {"login": post.author, "name": post.called or None},
        "category": {"name": post.labels[0]} if post.labels else None,
        "comments": {
            "totalCount": max(post.replies, len(post.comments)),
            "nodes": [
                {
                    "databaseId": post.number * 1_000 + at,
                    "body": text,
                    "url": f"https://github.com/acme/game/discussions/{post.number}#{at}",
                    "createdAt": _stamp(post.created),
                    "updatedAt": _stamp(post.updated),
                    "upvoteCount": 0,
                    "author": {"login": f"guest-{at}"},
                }
                for at, text in enumerate(post.comments)
            ],
        },
    }


def _message(post: Post) -> dict[str, Any]:
    return {
        "id": str(post.number * _SNOWFLAKE),
        "type": 0,
        "content": f"{post.title}\n{post.text}".strip(),
        "timestamp": post.created.isoformat(),
        "edited_timestamp": None,
        "author": {
            "id": "1",
            "username": post.author,
            "global_name": post.called or None,
            "bot": post.pull,
        },
        "reactions": [{"count": post.votes, "emoji": {"name": "+1"}}],
    }


def _reddit(post: Post) -> dict[str, Any]:
    data = {
        "name": f"t3_{post.number}",
        "title": post.title,
        "selftext": post.text,
        "permalink": f"/r/game/comments/{post.number}/",
        "author": post.author,
        "created_utc": post.created.timestamp(),
        "edited": False,
        "score": post.votes,
        "num_comments": post.replies,
        "link_flair_text": post.labels[0] if post.labels else None,
        "locked": post.closed,
    }
    return {"kind": "t3", "data": data}


def _feed(following: str, shown: Sequence[Post]) -> bytes:
    entries = "".join(
        f"<item><guid>post-{post.number}</guid><title>{_xml(post.title)}</title>"
        f"<link>https://forum.example/{post.number}</link><author>{_xml(post.author)}</author>"
        f"<description>{_xml(post.text)}</description>"
        f"<pubDate>{format_datetime(post.updated)}</pubDate></item>"
        for post in shown
    )
    head = '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"'
    space = 'xmlns:atom="http://www.w3.org/2005/Atom"'
    text = f"{head} {space}><channel><title>f</title>{following}{entries}</channel></rss>"
    return text.encode(errors="replace")


def _xml(text: str) -> str:
    """Text as XML may hold it."""
    return escape("".join(c for c in text if c >= " " or c in "\n\t")).replace("\ufffe", "")


def _json(value: object) -> bytes:
    return json.dumps(value).encode()


def _stamp(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _mark(post: Post) -> str:
    return f"{_stamp(post.updated)}/{post.number:09}"
