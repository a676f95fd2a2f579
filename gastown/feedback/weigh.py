"""weigh: what a topic is, and how much it counts: people rather than posts, votes ever less.

A person counts once in a topic, however often they post; the votes on what they wrote add to it by
their logarithm. What kind of topic it is, and how severe, is what most of its people said: one
loud post moves neither.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property

from gastown.agents.answers import Severity
from gastown.feedback.gist import Gist, compared, gist_of
from gastown.feedback.record import Kind, Record
from gastown.feedback.topics import topics

SEVERITIES: Mapping[Severity, float] = {"low": 1.0, "medium": 2.0, "high": 4.0, "critical": 8.0}
KINDS: tuple[Kind, ...] = ("bug", "wish", "question", "praise", "noise")
WANTED: Sequence[Kind] = ("bug", "wish")
"""Kinds that can become beads."""


@dataclass(frozen=True, slots=True)
class Voice:
    """One person's part in a topic: the strongest of their posts.

    `read` says that a model sorted it; else its labels did.
    """

    weight: float
    kind: Kind
    severity: Severity
    read: bool


@dataclass(frozen=True)
class Topic:
    """Items that say the same, named after the first of them.

    `reader` says whose private repository holds it, `open` that it is still open somewhere.
    """

    id: str
    reader: str
    title: str
    summary: str
    items: tuple[str, ...]
    sources: tuple[str, ...]
    voices: Mapping[str, Voice]
    votes: int
    open: bool
    first: datetime
    last: datetime

    @cached_property
    def kind(self) -> Kind:
        """What most of its people mean by it; where a model read some, those."""
        heard = Counter(voice.kind for voice in self._heard)
        return max(KINDS, key=lambda one: heard[one])

    @cached_property
    def severity(self) -> Severity:
        """How bad most of its people find it; of a tie the milder."""
        order: list[Severity] = list(SEVERITIES)
        heard = Counter(voice.severity for voice in self._heard)
        return max(order, key=lambda one: (heard[one], -order.index(one)))

    @cached_property
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
    heads = topics((one.id, compared(one)) for one in known.values())
    return in_order(weighed(reader, map(gist_of, known.values()), heads))


def weighed(reader: str, gists: Iterable[Gist], heads: Mapping[str, str]) -> list[Topic]:
    """The same of their gists, in no order; `heads` says in whose topic each is."""
    members: dict[str, list[Gist]] = {}
    for gist in gists:
        members.setdefault(heads[gist.id], []).append(gist)
    return [_topic(reader, group) for group in members.values()]


def in_order(found: Iterable[Topic]) -> list[Topic]:
    """Heaviest first; of equals the oldest."""
    return sorted(found, key=lambda topic: (-topic.score, topic.first, topic.id))


def merged(one: Topic, other: Topic) -> Topic:
    """Both as one, under the name of the first; nobody counts twice."""
    voices = dict(one.voices)
    for name, voice in other.voices.items():
        voices[name] = max(voices.get(name, voice), voice, key=lambda found: found.weight)
    return replace(
        one,
        items=(*one.items, *other.items),
        sources=tuple(sorted({*one.sources, *other.sources})),
        voices=voices,
        votes=one.votes + other.votes,
        open=one.open or other.open,
        first=min(one.first, other.first),
        last=max(one.last, other.last),
    )


def _topic(reader: str, group: Sequence[Gist]) -> Topic:
    head = group[0]
    voices: dict[str, Voice] = {}
    for gist in group:
        name, voice = f"{gist.source}/{gist.author}", _voice(gist)
        voices[name] = max(voices.get(name, voice), voice, key=lambda found: found.weight)
    return Topic(
        id=head.id,
        reader=reader,
        title=head.title,
        summary=head.summary,
        items=tuple(gist.id for gist in group),
        sources=tuple(sorted({gist.source for gist in group})),
        voices=voices,
        votes=sum(gist.votes for gist in group),
        open=not all(gist.closed for gist in group),
        first=datetime.fromtimestamp(min(gist.created for gist in group), UTC),
        last=datetime.fromtimestamp(max(gist.updated for gist in group), UTC),
    )


def _voice(gist: Gist) -> Voice:
    weight = 1.0 + math.log2(1 + gist.votes)
    return Voice(weight=weight, kind=gist.kind, severity=gist.severity, read=gist.read)
