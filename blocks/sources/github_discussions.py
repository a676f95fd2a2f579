"""GithubDiscussions: the discussions of a repository, by the GraphQL API, newest change first.

A discussion's last comments are items of their own: a new one makes the discussion newer, so that
it is read again.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from blocks.sources.door import Door, Throttled
from blocks.sources.taken import count_of, listed, names_in, taken, text_of
from gastown.agents.prose import one_line
from gastown.errors import SourceError
from gastown.feedback.descending import descend, likely
from gastown.feedback.item import Item
from gastown.feedback.source import Cursor, Fetched

_QUERY = """
query($owner: String!, $name: String!, $first: Int!, $comments: Int!, $after: String) {
  rateLimit { cost remaining resetAt }
  repository(owner: $owner, name: $name) {
    discussions(first: $first, after: $after, orderBy: {field: UPDATED_AT, direction: DESC}) {
      pageInfo { hasNextPage endCursor }
      nodes {
        number title body url createdAt updatedAt upvoteCount closed
        author { login ... on User { name } } category { name }
        comments(last: $comments) {
          totalCount
          nodes {
            databaseId body url createdAt updatedAt upvoteCount
            author { login ... on User { name } }
          }
        }
      }
    }
  }
}
"""


@dataclass(frozen=True, slots=True)
class GithubDiscussions:
    """`repo` is `owner/name`; the API answers to nobody without a token."""

    name: str
    door: Door
    repo: str
    per_page: int = 50
    comments: int = 20

    def page(self, cursor: Cursor) -> Fetched:
        """The discussions at the cursor."""
        owner, _, name = self.repo.partition("/")
        asked = {"owner": owner, "name": name, "first": self.per_page, "comments": self.comments}
        given = asked | {"after": cursor.get("after")}
        answer = self.door.ask("POST", "graphql", body={"query": _QUERY, "variables": given})
        found = _object(answer.json(), answer.url)
        _refuse(found, answer.url, answer.until)
        data = _object(found.get("data"), answer.url)
        place = _object(_object(data.get("repository"), answer.url).get("discussions"), answer.url)
        nodes = listed(place.get("nodes"), answer.url)
        items, skipped = taken(nodes, _item)
        said, lost = taken(_comments(nodes), _comment)
        paging = _object(place.get("pageInfo"), answer.url)
        following = text_of(paging.get("endCursor")) if paging.get("hasNextPage") is True else ""
        times = likely([item.updated for item in items], self.door.clock())
        moved = descend(cursor, times, following)
        until = answer.until or _used_up(data.get("rateLimit"))
        return Fetched((*items, *said), moved, until, "after" in moved, skipped + lost)


def _refuse(found: dict[str, Any], place: str, until: datetime | None) -> None:
    """Errors come with HTTP 200. Raises Throttled for a used-up limit, else SourceError."""
    errors: Any = found.get("errors")
    if not errors:
        return
    told: list[Any] = cast("list[Any]", errors) if isinstance(errors, list) else [errors]
    first = cast("dict[str, Any]", told[0]) if isinstance(told[0], dict) else {}
    kind = str(first.get("type", ""))
    if kind == "RATE_LIMITED" and until is not None:
        raise Throttled(until)
    said = one_line(str(first.get("message", "an error")), 300)
    raise SourceError(f"{place}: {said}", retryable=kind == "RATE_LIMITED")


def _used_up(limit: object) -> datetime | None:
    """When the points begin anew, if they do not reach for another page."""
    if not isinstance(limit, dict):
        return None
    told = cast("dict[str, Any]", limit)
    try:
        if int(told["remaining"]) >= int(told["cost"]):
            return None
        return datetime.fromisoformat(told["resetAt"])
    except (KeyError, TypeError, ValueError):
        return None


def _object(found: object, place: str) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise SourceError(f"{place}: no such repository, or no answer to our query", retryable=True)
    return cast("dict[str, Any]", found)


def _item(node: dict[str, Any]) -> Item:
    author: Any = node.get("author") or {}
    category: Any = node.get("category") or {}
    comments: Any = node.get("comments") or {}
    return Item(
        key=f"discussion-{int(node['number'])}",
        title=text_of(node.get("title")),
        text=text_of(node.get("body")),
        url=text_of(node.get("url")),
        author=text_of(author.get("login")),
        aliases=names_in(author, "name"),
        created=node["createdAt"],
        updated=node["updatedAt"],
        votes=count_of(node.get("upvoteCount")),
        replies=count_of(comments.get("totalCount")),
        labels=tuple(filter(None, [text_of(category.get("name"))])),
        closed=node.get("closed") is True,
    )


def _comments(nodes: list[Any]) -> list[Any]:
    """Every discussion's comments, each with the discussion that it is on."""
    found: list[Any] = []
    for node in nodes:
        said = _part(_part(node, "comments"), "nodes")
        if isinstance(said, list):
            found += [{"on": node, "said": one} for one in cast("list[Any]", said)]
    return found


def _part(found: object, name: str) -> object:
    return cast("dict[str, Any]", found).get(name) if isinstance(found, dict) else None


def _comment(entry: dict[str, Any]) -> Item:
    said, on = entry["said"], entry["on"]
    author: Any = said.get("author") or {}
    return Item(
        key=f"comment-{int(said['databaseId'])}",
        title=f"Re: {text_of(on.get('title'))}",
        text=text_of(said.get("body")),
        url=text_of(said.get("url")),
        author=text_of(author.get("login")),
        aliases=names_in(author, "name"),
        others=names_in(on.get("author"), "login", "name"),
        created=said["createdAt"],
        updated=said["updatedAt"],
        votes=count_of(said.get("upvoteCount")),
        closed=on.get("closed") is True,
    )
