"""Delivery to sessions that may die at any moment."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.mail.box import Mail, inbox
from gastown.mail.delivery import BROADCAST_LIFE, Wanted, answered, deliver, take
from gastown.mail.letter import write
from gastown.mail.post import send
from gastown.testing import FakeClock, MemoryLedger

ME = "game/opal"


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def ledger(clock):
    return MemoryLedger(clock)


def note(ledger, to=ME, sender="mayor", **said: Any) -> str:
    return send(ledger, write(sender=sender, to=to, subject="Look", **said)).id


def ids(mails: list[Mail]) -> list[str]:
    return [mail.id for mail in mails]


def everybody(_: str) -> bool:
    return True


def test_what_was_answered_is_not_shown_again(ledger):
    first = note(ledger)
    shown = deliver(ledger, ME, "s1")
    answered(ledger, ME, shown)
    answered(ledger, ME, shown)
    second = note(ledger)

    assert ids(shown) == [first]
    assert ids(deliver(ledger, ME, "s1")) == ids(deliver(ledger, ME, "s2")) == [second]
    assert ids(inbox(ledger, ME)) == [second]


def test_what_a_live_session_has_before_it_is_left_to_it_with_all_that_follows(ledger):
    first = note(ledger)
    assert ids(deliver(ledger, ME, "s1")) == [first]
    note(ledger)
    other = note(ledger, sender="overseer")

    assert ids(deliver(ledger, ME, "s2", alive=everybody)) == [other]


def test_what_a_dead_session_did_not_answer_is_shown_to_the_next_in_order(ledger):
    first, second = note(ledger), note(ledger)
    deliver(ledger, ME, "s1")

    assert ids(deliver(ledger, ME, "s2")) == [first, second]


def test_a_broadcast_is_shown_to_each_once(ledger, clock):
    message = note(ledger, to="game/")
    for reader in (ME, "game/amber"):
        shown = deliver(ledger, reader, "s", hears=("game/",), now=clock.now)
        answered(ledger, reader, shown)

        assert ids(shown) == [message]
        assert deliver(ledger, reader, "t", hears=("game/",), now=clock.now) == []


def test_a_broadcast_of_yesterday_is_no_news(ledger, clock):
    note(ledger, to="game/")
    late = clock.now + BROADCAST_LIFE + timedelta(seconds=1)

    assert deliver(ledger, ME, "s", hears=("game/",), now=late) == []
    assert inbox(ledger, ME, hears=("game/",)) == []


def test_only_what_is_wanted_is_shown(ledger):
    note(ledger, about="ga-2")
    wanted = note(ledger, about="ga-1")
    note(ledger, kind="HELP", fields={"Problem": "x"}, about="ga-1")

    assert ids(deliver(ledger, ME, "s", wanted=Wanted({"NOTE"}, "ga-1"))) == [wanted]


def test_code_that_fails_at_a_letter_is_given_it_again(ledger):
    messages = [note(ledger) for _ in range(3)]
    seen: list[str] = []

    def handle(mail: Mail) -> None:
        seen.append(mail.id)
        if len(seen) == 2:
            raise OSError("full")

    with pytest.raises(OSError, match="full"):
        take(ledger, ME, handle)
    assert take(ledger, ME, handle) == 2
    assert seen == [messages[0], messages[1], *messages[1:]]


@dataclass
class World:
    """Three places at which sessions of one reader live, turn by turn, and die."""

    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    sent: list[tuple[str, str]] = field(default_factory=list)
    live: dict[int, tuple[str, list[Mail]]] = field(default_factory=dict)
    born: int = 0
    answers: list[str] = field(default_factory=list)
    unexcused: list[str] = field(default_factory=list)
    before: set[str] = field(default_factory=set)

    def send(self, who: int) -> None:
        sender = "abc"[who]
        self.sent.append((sender, note(self.ledger, sender=sender)))

    def turn(self, place: int) -> None:
        """A session goes on: it has answered what it saw, and sees what is new."""
        if place not in self.live:
            self.born += 1
            self.live[place] = (f"s{self.born}", [])
        session, seen = self.live[place]
        answered(self.ledger, ME, seen)
        self.answers += ids(seen)
        new = deliver(self.ledger, ME, session, alive=self.alive)
        self.unexcused += [one for one in ids(new) if one in self.before]
        self.before |= {*ids(new)}
        self.live[place] = (session, new)

    def die(self, place: int) -> None:
        """What it saw last it never answered, so that may be shown again."""
        _, seen = self.live.pop(place, ("", []))
        self.before -= {*ids(seen)}

    def alive(self, session: str) -> bool:
        return session in {name for name, _ in self.live.values()}


MOVES = st.tuples(st.sampled_from(["send", "turn", "turn", "die"]), st.integers(0, 2))


@settings(max_examples=60, deadline=None)
@given(st.lists(MOVES, max_size=40))
def test_whoever_dies_nothing_is_lost_doubled_or_out_of_order(moves: list[tuple[str, int]]):
    world = World()
    for move, where in moves:
        getattr(world, move)(where)
    for place in (0, 1, 2):
        world.die(place)
    world.turn(0)
    world.turn(0)

    assert world.unexcused == []
    assert sorted(world.answers) == sorted(message for _, message in world.sent)
    for sender in "abc":
        mine = [message for one, message in world.sent if one == sender]
        assert [message for message in world.answers if message in mine] == mine
