"""World: what the public has said so far, and which misfortunes the next requests meet."""

import threading
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

Trouble = Literal[
    "rate-limit", "secondary", "too-many", "forbidden", "gone", "broken", "nonsense", "cut", "down"
]
"""403 with a used-up limit, 403 with retry-after, 429, plain 403, 404, half a JSON, another JSON,
a connection that breaks in the body, 500."""

EPOCH = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Post:
    """One thing said. `pull`: GitHub lists it as an issue, and it is none.

    `called` is the author's display name, where the kind of source has such names.
    """

    number: int
    title: str = ""
    text: str = ""
    author: str = "somebody"
    called: str = ""
    created: datetime = EPOCH
    updated: datetime = EPOCH
    votes: int = 0
    replies: int = 0
    labels: tuple[str, ...] = ()
    closed: bool = False
    pull: bool = False
    comments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """One request that came, and how it was answered."""

    method: str
    path: str
    headers: Mapping[str, str]
    status: int


@dataclass(slots=True)
class World:
    """Posts by number, safe to change while the server answers; each trouble meets one request."""

    posts: dict[int, Post] = field(default_factory=dict[int, Post])
    runs: dict[int, Mapping[str, Any]] = field(default_factory=dict[int, Mapping[str, Any]])
    pulls: dict[int, Mapping[str, Any]] = field(default_factory=dict[int, Mapping[str, Any]])
    troubles: deque[Trouble] = field(default_factory=deque[Trouble])
    asked: list[Asked] = field(default_factory=list[Asked])
    retry_after: float = 1.0
    reset: float = 0.0
    raw: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def put(self, *posts: Post) -> None:
        """Say something, or say it anew."""
        with self.lock:
            self.posts.update({post.number: post for post in posts})

    def meet(self, *troubles: Trouble) -> None:
        """Let the next requests fail, one each."""
        with self.lock:
            self.troubles.extend(troubles)

    def trouble(self) -> Trouble | None:
        """What the request that came now meets."""
        with self.lock:
            return self.troubles.popleft() if self.troubles else None

    def oldest_first(self) -> list[Post]:
        """Everything, by the time of its last change."""
        with self.lock:
            return sorted(self.posts.values(), key=lambda post: (post.updated, post.number))


def crowd(count: int, *, start: int = 1, every_s: float = 60.0) -> Iterable[Post]:
    """So many posts, one after the other, each with words of its own."""
    for number in range(start, start + count):
        at = EPOCH + timedelta(seconds=every_s * number)
        yield Post(
            number,
            title=f"Report {_word(number)} {_word(number * 7 + 3)}",
            text=f"When I {_word(number * 3 + 1)} the {_word(number * 5 + 2)} it {_word(number)}s.",
            author=f"player-{number % 97}",
            created=at,
            updated=at,
            votes=number % 13,
            labels=("bug",) if number % 3 else ("enhancement",),
        )


def _word(number: int) -> str:
    """A word that no other number has."""
    letters = ""
    number += 1
    while number:
        number, at = divmod(number, 20)
        letters += "bcdfghjklmnpqrstvwxz"[at] + "aeiou"[at % 5]
    return letters
