"""weigh: what a topic is, and how much it counts: people rather than posts, votes ever less.

A person counts once in a topic, however often they post; the votes on what they wrote add to it by
their logarithm. What kind of topic it is, and how severe, is what most of its people said: one
loud post moves neither.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from pydantic import Field

from gastown.agents.answers import Severity
from gastown.feedback.record import Kind, Record
from gastown.feedback.topics import topics
from gastown.stage import Frozen

SEVERITIES: Mapping[Severity, float] = {"low": 1.0, "medium": 2.0, "high": 4.0, "critical": 8.0}
KINDS: tuple[Kind, ...] = ("bug", "wish", "question", "praise", "noise")
WANTED: Sequence[Kind] = ("bug", "wish")
"""Kinds that can become beads."""

_WISHES = frozenset({"enhancement", "feature", "feature-request", "idea", "ideas", "wish"})
_COMPARED = 2_000  # characters; what follows are logs


class Voice(Frozen):
    """One person's part in a topic: the strongest of their posts."""

    weight: float
    kind: Kind
    severity: Severity
    read: bool = Field(description="A model sorted it; else its labels did.")


class Topic(Frozen):
    """Items that say the same, named after the first of them."""

    id: str
    reader: str = Field(description="Whose private repository holds it.")
    title: str
    summary: str = ""
    items: tuple[str, ...]
    sources: tuple[str, ...]
    voices: Mapping[str, Voice]
    votes: int
    open: bool = Field(description="Somewhere it is still open.")
    first: datetime
    last: datetime

    @property
    def kind(self) -> Kind:
        """What most of its people mean by it; where a model read some, those."""
        heard = Counter(voice.kind for voice in self._heard)
        return max(KINDS, key=lambda one: heard[one])

    @property
    def severity(self) -> Severity:
        """How bad most of its people find it; of a tie the milder."""
        order: list[Severity] = list(SEVERITIES)
        heard = Counter(voice.severity for voice in self._heard)
        return max(order, key=lambda one: (heard[one], -order.index(one)))

    @property
    def score(self) -> float:
        """What orders the inbox."""
        weight = sum(voice.weight for voice in self.voices.values())
        return round(weight * SEVERITIES[self.severity], 2)

    @property
    def _heard(self) -> list[Voice]:
        voices = list(self.voices.values())
        return [voice for voice in voices if voice.read] or voices


def topics_of(reader: str, records: Iterable[Record]) -> list[Topic]:
    """The topics that records form, heaviest first.

    Args:
        reader: Whose records they are.
        records: In the order in which they came.
    """
    known = {record.id: record for record in records}
    members: dict[str, list[Record]] = {}
    for name, head in topics((one.id, _said(one)) for one in known.values()).items():
        members.setdefault(head, []).append(known[name])
    return in_order(_topic(reader, group) for group in members.values())


def in_order(found: Iterable[Topic]) -> list[Topic]:
    """Heaviest first; of equals the oldest."""
    return sorted(found, key=lambda topic: (-topic.score, topic.first, topic.id))


def merged(one: Topic, other: Topic) -> Topic:
    """Both as one, under the name of the first; nobody counts twice."""
    voices = dict(one.voices)
    for name, voice in other.voices.items():
        voices[name] = max(voices.get(name, voice), voice, key=lambda found: found.weight)
    return one.model_copy(
        update={
            "items": (*one.items, *other.items),
            "sources": tuple(sorted({*one.sources, *other.sources})),
            "voices": voices,
            "votes": one.votes + other.votes,
            "open": one.open or other.open,
            "first": min(one.first, other.first),
            "last": max(one.last, other.last),
        }
    )


def _topic(reader: str, group: Sequence[Record]) -> Topic:
    head = group[0]
    voices: dict[str, Voice] = {}
    for record in group:
        name, voice = f"{record.source}/{record.author}", _voice(record)
        voices[name] = max(voices.get(name, voice), voice, key=lambda found: found.weight)
    return Topic(
        id=head.id,
        reader=reader,
        title=head.reading.title if head.reading else head.title or head.text[:80],
        summary=head.reading.summary if head.reading else "",
        items=tuple(record.id for record in group),
        sources=tuple(sorted({record.source for record in group})),
        voices=voices,
        votes=sum(record.votes for record in group),
        open=not all(record.closed for record in group),
        first=min(record.created for record in group),
        last=max(record.updated for record in group),
    )


def _voice(record: Record) -> Voice:
    weight = 1.0 + math.log2(1 + record.votes)
    reading = record.reading
    if reading is None:
        return Voice(weight=weight, kind=guessed(record), severity="low", read=False)
    return Voice(weight=weight, kind=reading.category, severity=reading.severity, read=True)


def guessed(record: Record) -> Kind:
    """What an item is by its labels and title, as long as nobody has read it."""
    labels = {label.lower() for label in record.labels}
    title = record.title.lower()
    if labels & _WISHES or title.startswith(("[feature", "[wish", "[idea")):
        return "wish"
    if "question" in labels or "q&a" in labels or title.rstrip().endswith("?"):
        return "question"
    return "bug" if "bug" in labels or title.startswith("[bug") else "wish"


def _said(record: Record) -> str:
    """What is compared: a form's answers without its headings, which all its issues share."""
    told = " ".join(record.fields.values()) if record.fields else record.text
    return f"{record.title} {told[:_COMPARED]}"
