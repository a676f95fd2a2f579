"""Inbox: what the public wants most, proposed; a person accepts, declines, or joins."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pydantic import ValidationError

from gastown.agents.brief import clip, material
from gastown.agents.prose import one_line
from gastown.beads.bead import Bead, Draft
from gastown.beads.ledger import Ledger
from gastown.errors import LedgerError
from gastown.feedback.decisions import FILE, Accepted, Decisions, Declined, joined_up, named
from gastown.feedback.gathered import gathered, topics_in
from gastown.feedback.record import Record, path_of
from gastown.feedback.store import Store
from gastown.feedback.weigh import WANTED, Topic

LABEL = "feedback"
QUOTED_CHARS = 2_000
LINKS = 10
State = Literal["proposed", "accepted", "declined", "other", "closed"]

_PRIORITY: Mapping[str, int] = {"critical": 1, "high": 1, "medium": 2, "low": 3}
_DONE: Mapping[str, str] = {
    "bug": "What is reported does not happen any more, and a test shows it.",
    "wish": "What is asked for is there, and a test shows it.",
}


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person says of the bead that a topic becomes; empty: as the topic has it."""

    prefix: str
    title: str = ""
    acceptance: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Inbox:
    """The private repositories of all readers, read as one, each by its name."""

    stores: Mapping[str, Store]
    clock: Callable[[], datetime]

    def members(self, topic: Topic) -> list[Record]:
        """The records of a topic's items, in the topic's order, whoever's they are."""
        places = [(store, name) for store in self.stores.values() for name in topic.sources]
        found = (store.record(path_of(name, one)) for one in topic.items for store, name in places)
        return [record for record in found if record is not None]

    def decisions(self) -> Decisions:
        """Everything that was decided. Raises LedgerError for a broken file."""
        whole = Decisions()
        for store in self.stores.values():
            whole |= self._decisions(store)
        return whole

    def topics(self) -> list[Topic]:
        """Every topic, heaviest first, joined as a person joined them."""
        found = [
            topic
            for reader, store in self.stores.items()
            for topic in topics_in(reader, gathered(store))
        ]
        return joined_up(found, self.decisions())

    def state(self, topic: Topic, decisions: Decisions) -> State:
        """What a topic waits for: `proposed` waits for a person."""
        match decisions.decided(topic.id):
            case Accepted():
                return "accepted"
            case Declined():
                return "declined"
            case None if topic.kind not in WANTED:
                return "other"
            case None:
                return "proposed" if topic.open else "closed"

    def accept(self, name: str, ledger: Ledger, wishes: Wishes) -> Bead:
        """Make a topic a bead, once: of one that is a bead already, that one comes back.

        Raises NotFoundError or LedgerError.
        """
        topic = named(self.topics(), name)
        store = self.stores[topic.reader]
        with store.deciding():
            bead = self._bead_of(topic.id, ledger)
            if bead is None:
                bead = ledger.create(self._draft(topic, wishes), actor=wishes.by)
            said = Accepted(bead=bead.id, at=self._now(), by=wishes.by)
            known = self._decisions(store)
            if topic.id not in known.accepted:
                self._keep(store, known.with_accepted(topic.id, said), f"Accept {topic.id}")
        return bead

    def decline(self, name: str, why: str, by: str) -> Topic:
        """Put a topic away, with the reason. Raises NotFoundError or LedgerError."""
        topic = named(self.topics(), name)
        store = self.stores[topic.reader]
        with store.deciding():
            said = Declined(why=one_line(why, 500), at=self._now(), by=by)
            known = self._decisions(store).with_declined(topic.id, said)
            self._keep(store, known, f"Decline {topic.id}")
        return topic

    def join(self, part: str, onto: str) -> Topic:
        """Make two topics one, under the name of the second; the whole.

        Raises NotFoundError or LedgerError.
        """
        found = self.topics()
        one, other = named(found, part), named(found, onto)
        store = self.stores[one.reader]
        with store.deciding():
            self.decisions().with_joined(one.id, other.id)  # refuses what makes no sense
            known = self._decisions(store)
            joined = {**known.joined, one.id: other.id}
            changed = known.model_copy(update={"joined": joined})
            self._keep(store, changed, f"Join {one.id} to {other.id}")
        return named(self.topics(), other.id)

    def _bead_of(self, topic: str, ledger: Ledger) -> Bead | None:
        """The bead that a topic has become, also where whoever made it died before saying so."""
        known = ledger.find(label=LABEL)
        mine = (bead for bead in known if _topic_in(bead) == topic)
        return next(mine, None)

    def _draft(self, topic: Topic, wishes: Wishes) -> Draft:
        return Draft(
            title=one_line(wishes.title or topic.title or topic.id, 200),
            prefix=wishes.prefix,
            description=_description(topic, self.members(topic)),
            acceptance_criteria=wishes.acceptance or _DONE.get(topic.kind, ""),
            issue_type="bug" if topic.kind == "bug" else "feature",
            priority=_PRIORITY[topic.severity],
            labels=(LABEL,),
            metadata={LABEL: {"topic": topic.id, "reader": topic.reader}},
        )

    def _now(self) -> datetime:
        return self.clock().replace(microsecond=0)

    @staticmethod
    def _decisions(store: Store) -> Decisions:
        try:
            return Decisions.model_validate(store.read(FILE))
        except ValidationError as error:
            why = error.errors()[0]
            raise LedgerError(f"{store.path / FILE}: {why['loc']}: {why['msg']}") from None

    @staticmethod
    def _keep(store: Store, decisions: Decisions, said: str) -> None:
        text = json.dumps(decisions.model_dump(mode="json"), indent=1, sort_keys=True)
        store.keep({FILE: f"{text}\n"}, said)


def _topic_in(bead: Bead) -> str:
    told: Any = bead.metadata.get(LABEL)
    return str(told.get("topic", "")) if isinstance(told, dict) else ""  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]  # JSON


def _description(topic: Topic, members: list[Record]) -> str:
    """What its worker must know; the public's own words are quoted, as material."""
    people, posts = len(topic.voices), len(topic.items)
    head = (
        f"From public feedback ({', '.join(topic.sources)}): {people} people in {posts} posts, "
        f"{topic.votes} votes; {topic.severity}."
    )
    links = [record.url for record in members if record.url][:LINKS]
    said = clip(f"{members[0].title}\n\n{members[0].text}".strip(), QUOTED_CHARS)
    parts = [
        head,
        topic.summary,
        material("what the first of them wrote", said) if said else "",
        "\n".join(["Where:", *(f"- {link}" for link in links)]) if links else "",
    ]
    return "\n\n".join(filter(None, parts))
