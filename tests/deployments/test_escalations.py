"""The worker's glance at escalations starts the escalator when something is due, and only then."""

from datetime import timedelta

import pytest

from deployments.escalations import Ear
from gastown.beads.ledger import utc_now
from gastown.errors import ServerAwayError
from gastown.escalation.escalation import Escalation
from gastown.escalation.record import escalate
from gastown.founding.install import install
from gastown.mail.box import inbox, reply
from gastown.mail.letter import write
from gastown.mail.post import send
from gastown.testing import FakeClock
from gastown.town.town import Town
from tasks.escalating import look_after

STUCK = Escalation(severity="HIGH", category="failed", subject="Stuck")
HELP = write(kind="HELP", sender="mayor", to="deacon", subject="x", fields={"Problem": "p"})


class Listening:
    """A town, the glance at it, and what was ordered."""

    def __init__(self, folder) -> None:
        install(folder / "oak", "oak")
        self.town = Town.open(folder / "oak")
        self.clock = FakeClock(utc_now())
        self.seconds = 0.0
        self.orders: list[str] = []
        self.is_away = False
        self.ear = Ear(self.town.layout, self._order, self.clock, lambda: self.seconds)

    def _order(self, config, key: str) -> None:
        assert config.town.name == "oak"
        if self.is_away:
            raise ServerAwayError("away")
        self.orders.append(key)

    def raised(self) -> str:
        return escalate(self.town.ledger, STUCK, clock=self.clock).id

    def done(self) -> None:
        look_after(self.town, lambda *_: None, self.clock)


@pytest.fixture
def listening(tmp_path):
    return Listening(tmp_path)


def test_nothing_is_ordered_while_nothing_is_due(listening):
    assert listening.ear.look() == {}
    bead = listening.raised()
    assert listening.ear.look() == {bead: "the Deacon is to be asked"}
    listening.done()
    assert listening.ear.look() == {}
    listening.clock.advance(1_801)
    assert "and it is not resolved" in listening.ear.look()[bead]
    assert len(listening.orders) == 2


def test_the_same_thing_is_ordered_again_ever_more_rarely_and_a_new_one_at_once(listening):
    listening.raised()
    ordered = 0
    for second in range(0, 1_200, 10):
        listening.seconds = float(second)
        ordered += bool(listening.ear.look())
    assert ordered == len(listening.orders) == 6
    listening.raised()

    assert len(listening.ear.look()) == 2


def test_a_cry_for_help_is_heard_whether_it_came_before_or_after_the_worker(listening):
    first = send(listening.town.ledger, HELP)
    assert listening.ear.look() == {first.id: "a letter calls for help"}
    listening.done()
    assert listening.ear.look() == {}

    second = send(listening.town.ledger, HELP)
    assert listening.ear.look() == {second.id: "a letter calls for help"}
    listening.seconds = 60.0
    assert [*listening.ear.look()] == [second.id]  # who was started for it died
    listening.done()
    assert listening.ear.look() == {}


def test_a_cry_that_was_raised_before_the_worker_came_calls_nobody(listening):
    send(listening.town.ledger, HELP)
    listening.done()

    assert listening.ear.look() == {}


def test_a_cry_is_heard_again_when_the_server_was_away(listening):
    listening.ear.look()
    letter = send(listening.town.ledger, HELP)
    listening.is_away = True
    with pytest.raises(ServerAwayError):
        listening.ear.look()
    listening.is_away = False

    assert listening.ear.look() == {letter.id: "a letter calls for help"}


def test_a_tier_that_has_time_left_is_not_pressed(listening):
    listening.raised()
    listening.done()
    listening.clock.now += timedelta(minutes=29)

    assert listening.ear.look() == {}


def test_an_answer_by_mail_is_heard(listening):
    listening.raised()
    listening.done()
    (letter,) = inbox(listening.town.ledger, "deacon")
    said = reply(listening.town.ledger, letter.id, "ack")

    assert listening.ear.look() == {said.id: "a letter answers"}
    listening.done()
    assert listening.ear.look() == {}
