"""Gist: what a topic is made of, of one record: a small part of it, and a function of it alone."""

import hashlib
from datetime import UTC, datetime
from typing import NamedTuple

from gastown.agents.answers import Severity
from gastown.feedback.record import Kind, Record, path_of

_WISHES = frozenset({"enhancement", "feature", "feature-request", "idea", "ideas", "wish"})
_COMPARED = 2_000  # characters; what follows are logs


class Gist(NamedTuple):
    """Of JSON's own types, so that thousands are kept and read at once; moments are Unix seconds.

    `read` says that a model sorted it, `unread` that one is still to. `said` is the digest of what
    is compared.
    """

    id: str
    source: str
    author: str
    title: str
    summary: str
    kind: Kind
    severity: Severity
    read: bool
    unread: bool
    closed: bool
    votes: int
    seen: int
    created: int
    updated: int
    said: str

    @property
    def came(self) -> datetime:
        """When it was first seen."""
        return datetime.fromtimestamp(self.seen, UTC)

    @property
    def path(self) -> str:
        """Its record's place in the repository, without `.json` or `.md`."""
        return path_of(self.source, self.id)


def gist_of(record: Record) -> Gist:
    """What topics need of it."""
    reading = record.reading
    return Gist(
        id=record.id,
        source=record.source,
        author=record.author,
        title=reading.title if reading else record.title or record.text[:80],
        summary=reading.summary if reading else "",
        kind=reading.category if reading else guessed(record),
        severity=reading.severity if reading else "low",
        read=reading is not None,
        unread=record.unread,
        closed=record.closed,
        votes=record.votes,
        seen=int(record.seen.timestamp()),
        created=int(record.created.timestamp()),
        updated=int(record.updated.timestamp()),
        said=digest(compared(record)),
    )


def digest(text: str) -> str:
    """A short name for a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def in_coming_order(gist: Gist) -> tuple[int, int, str]:
    """What puts them in the order in which they came."""
    return gist.seen, gist.created, gist.id


def compared(record: Record) -> str:
    """What is compared: a form's answers without its headings, which all its issues share."""
    told = " ".join(record.fields.values()) if record.fields else record.text
    return f"{record.title} {told[:_COMPARED]}"


def guessed(record: Record) -> Kind:
    """What an item is by its labels and title, as long as nobody has read it."""
    labels = {label.lower() for label in record.labels}
    title = record.title.lower()
    if labels & _WISHES or title.startswith(("[feature", "[wish", "[idea")):
        return "wish"
    if "question" in labels or "q&a" in labels or title.rstrip().endswith("?"):
        return "question"
    return "bug" if "bug" in labels or title.startswith("[bug") else "wish"
