"""Record: what the town keeps of one item; a function of that item alone, whatever else there is.

People's names do not get in: authors are hashed, texts masked. A reading belongs to the text that
was read; of a text that was changed since, there is none.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from pydantic import Field

from gastown.agents.answers import Severity
from gastown.feedback.forms import form_fields
from gastown.feedback.item import Item
from gastown.feedback.mask import author_hash, mask
from gastown.feedback.people import people_of
from gastown.stage import Frozen

TRIES = 3

Kind = Literal["bug", "wish", "praise", "question", "noise"]


class Sorted(Frozen):
    """What a model said of the text with the digest `of`."""

    of: str
    category: Kind
    severity: Severity
    title: str
    summary: str


class Record(Frozen):
    """One item, as it is stored. `seen` is when it first came, `tries` how often a reading failed.

    `author` is the same for one person at one kind of source, and nobody's name.
    """

    id: str = Field(pattern=r"^fb-[0-9a-f]{12}$")
    source: str
    url: str = ""
    title: str = ""
    text: str = ""
    author: str = ""
    created: datetime
    updated: datetime
    votes: int = 0
    replies: int = 0
    labels: tuple[str, ...] = ()
    closed: bool = False
    fields: Mapping[str, str] = Field(default_factory=dict)
    seen: datetime
    tries: int = 0
    reading: Sorted | None = None

    @property
    def digest(self) -> str:
        """Of what a model reads."""
        return hashlib.sha256(f"{self.title}\0{self.text}".encode()).hexdigest()[:16]

    @property
    def unread(self) -> bool:
        """Whether a model is still to read it; what it could not make sense of is left at that."""
        return self.reading is None and self.tries < TRIES

    @property
    def path(self) -> str:
        """Its place in the repository, without `.json` or `.md`."""
        return path_of(self.source, self.id)

    def files(self) -> dict[str, str]:
        """The record as JSON, and as Markdown for a person."""
        data = self.model_dump(mode="json")
        text = json.dumps(data, indent=1, ensure_ascii=False, sort_keys=True)
        return {f"{self.path}.json": f"{text}\n", f"{self.path}.md": as_page(self)}


def path_of(source: str, name: str) -> str:
    """Where the record of that id lies in its repository, without `.json` or `.md`."""
    return f"items/{source}/{name[3:5]}/{name}"


def record_id(source: str, key: str) -> str:
    """Its id: of the source's name and its key there, so the same at every reading."""
    named = hashlib.sha256(f"{source}\0{key}".encode()).hexdigest()
    return f"fb-{named[:12]}"


def record_of(source: str, item: Item, salt: bytes, seen: datetime) -> Record:
    """The record of an item that nobody has seen before."""
    people = people_of(item.author, item.aliases, item.others)
    return Record(
        id=record_id(source, item.key),
        source=source,
        url=mask(item.url),
        title=mask(item.title, people),
        text=mask(item.text, people),
        author=author_hash(salt, source, item.author),
        created=item.created,
        updated=item.updated,
        votes=item.votes,
        replies=item.replies,
        labels=tuple(mask(label, people) for label in item.labels),
        closed=item.closed,
        fields={mask(k, people): mask(v, people) for k, v in form_fields(item.text).items()},
        seen=seen,
    )


def renewed(known: Record | None, new: Record) -> Record:
    """The new state of an item with what the town knows of it already.

    An older state than the known one changes nothing.
    """
    if known is None:
        return new
    if new.updated < known.updated:
        return known
    kept: dict[str, object] = {"seen": known.seen}
    if new.digest == known.digest:
        kept |= {"reading": known.reading, "tries": known.tries}
    return new.model_copy(update=kept)


def as_page(record: Record) -> str:
    """The record as Markdown; what strangers wrote is fenced, so that it is text and nothing else.

    A fence longer than any inside it marks its ends.
    """
    reading = record.reading
    said = "\n\n".join(filter(None, [record.title, record.text]))
    fence = "`" * max(3, 1 + _longest_run(said))
    rows = [
        ("source", record.source),
        ("where", f"<{record.url}>" if record.url else ""),
        ("author", record.author),
        ("created", f"{record.created:%Y-%m-%d %H:%M} UTC"),
        ("votes, replies", f"{record.votes}, {record.replies}"),
        ("closed there", "yes" if record.closed else ""),
        ("sorted as", f"{reading.category}, {reading.severity}" if reading else "not yet"),
        ("in short", f"`{_code(reading.summary)}`" if reading else ""),
    ]
    listed = [f"- {name}: {value}" for name, value in rows if value]
    return "\n".join([f"# {record.id}", "", *listed, "", f"{fence}text", said, fence, ""])


def _longest_run(text: str) -> int:
    runs = "".join(c if c == "`" else " " for c in text).split()
    return max(map(len, runs), default=0)


def _code(text: str) -> str:
    return text.replace("`", "'")
