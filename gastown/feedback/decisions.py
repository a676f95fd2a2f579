"""Decisions: what a person said of topics; a file beside the records, its history in git."""

from collections.abc import Mapping
from datetime import datetime

from pydantic import Field

from gastown.errors import LedgerError, NotFoundError
from gastown.feedback.weigh import Topic, in_order, merged
from gastown.stage import Frozen

FILE = "decisions.json"


class Accepted(Frozen):
    """A topic that became a bead."""

    bead: str
    at: datetime
    by: str


class Declined(Frozen):
    """A topic that will not be done, and why."""

    why: str
    at: datetime
    by: str


class Decisions(Frozen):
    """By topic. `joined` leads from a topic to the one that it is a part of."""

    accepted: Mapping[str, Accepted] = Field(default_factory=dict)
    declined: Mapping[str, Declined] = Field(default_factory=dict)
    joined: Mapping[str, str] = Field(default_factory=dict)

    def __or__(self, other: "Decisions") -> "Decisions":
        return Decisions(
            accepted={**self.accepted, **other.accepted},
            declined={**self.declined, **other.declined},
            joined={**self.joined, **other.joined},
        )

    def root(self, topic: str) -> str:
        """The topic that it is a part of in the end; itself when it was joined to none."""
        seen = {topic}
        while (onto := self.joined.get(topic)) is not None and onto not in seen:
            seen.add(onto)
            topic = onto
        return topic

    def decided(self, topic: str) -> Accepted | Declined | None:
        """What was decided of it, if anything was."""
        return self.accepted.get(topic) or self.declined.get(topic)

    def with_accepted(self, topic: str, said: Accepted) -> "Decisions":
        """Accepted, whatever was said before."""
        left = {name: one for name, one in self.declined.items() if name != topic}
        return self.model_copy(
            update={"accepted": {**self.accepted, topic: said}, "declined": left}
        )

    def with_declined(self, topic: str, said: Declined) -> "Decisions":
        """Declined. Raises LedgerError for one that is a bead already."""
        if topic in self.accepted:
            raise LedgerError(f"{topic} is the bead {self.accepted[topic].bead}; close that one")
        return self.model_copy(update={"declined": {**self.declined, topic: said}})

    def with_joined(self, part: str, onto: str) -> "Decisions":
        """`part` is a part of `onto`. Raises LedgerError when they are one, or both decided."""
        one, other = self.root(part), self.root(onto)
        if one == other:
            raise LedgerError(f"{part} and {onto} are one topic already")
        if self.decided(one) is not None:
            raise LedgerError(f"{one} is decided; join the other to it: town inbox join {other} …")
        return self.model_copy(update={"joined": {**self.joined, one: other}})


def joined_up(found: list[Topic], decisions: Decisions) -> list[Topic]:
    """The topics with those as one that a person joined; one whose root is gone stands alone."""
    if not decisions.joined:
        return in_order(found)
    known = {topic.id: topic for topic in found}
    whole: dict[str, Topic] = {}
    for topic in sorted(found, key=lambda one: decisions.root(one.id) != one.id):  # roots first
        root = decisions.root(topic.id)
        name = root if root in known else topic.id
        whole[name] = merged(whole[name], topic) if name in whole else topic
    return in_order(whole.values())


def named(found: list[Topic], name: str) -> Topic:
    """The topic of that id, of an item in it, or of the only one that begins so.

    Raises NotFoundError.
    """
    holders = [topic for topic in found if topic.id == name or name in topic.items]
    if not holders and len(name) > 4:  # noqa: PLR2004 — `fb-` and two characters
        starts = [topic for topic in found if topic.id.startswith(name)]
        holders = starts if len(starts) == 1 else []
    if not holders:
        raise NotFoundError(f"no topic {name!r} in the inbox; see them: town inbox --all")
    return holders[0]
