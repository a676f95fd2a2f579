"""Answers by mail to the letters that ask a tier."""

import pytest

from gastown.beads.bead import Draft
from gastown.escalation.escalation import Escalation
from gastown.escalation.letters import ask
from gastown.escalation.record import escalate, forward, require
from gastown.escalation.replies import read, take_replies
from gastown.mail.box import inbox, reply
from gastown.mail.letter import write
from gastown.mail.post import send
from gastown.testing import MemoryLedger


class Asked:
    """A ledger with one escalation, of which the Deacon has a letter."""

    def __init__(self) -> None:
        self.ledger = MemoryLedger()
        one = Escalation(severity="MEDIUM", category="help", subject="Stuck", source="game/jade")
        self.bead = escalate(self.ledger, one).id
        self.ask()

    def ask(self) -> None:
        ask(self.ledger, self.bead, require(self.ledger, self.bead))

    def answer(self, box: str, text: str) -> None:
        reply(self.ledger, inbox(self.ledger, box)[0].id, text)
        take_replies(self.ledger)

    @property
    def links(self) -> list[tuple[str, str, str]]:
        chain = require(self.ledger, self.bead).chain[1:]
        return [(link.did, link.who, link.why) for link in chain]


@pytest.fixture
def asked() -> Asked:
    return Asked()


def test_a_reply_says_what_it_does_by_its_first_word():
    assert read("Resolved: use 120") == ("resolve", "use 120")
    assert read("forward") == ("forward", "")
    assert read("ack, I read the log") == ("ack", "I read the log")
    assert read("Which guide?") == ("ack", "Which guide?")


def test_a_tier_answers_by_mail(asked):
    asked.answer("deacon", "Let me look at the log first.")
    asked.answer("deacon", "forward it is not mine")
    asked.ask()
    asked.answer("mayor", "resolve use 120")

    assert asked.links == [
        ("acked", "deacon", "Let me look at the log first."),
        ("forwarded", "deacon", "it is not mine"),
        ("resolved", "mayor", "use 120"),
    ]
    assert inbox(asked.ledger, "escalator") == []
    asked.answer("mayor", "resolve use 90")  # too late
    assert len(asked.links) == 3


def test_who_was_asked_before_it_went_on_forwards_it_no_further(asked):
    forward(asked.ledger, asked.bead, "ada")
    asked.answer("deacon", "forward")

    assert require(asked.ledger, asked.bead).tier == "mayor"


def test_the_overseer_is_the_last_and_can_only_be_at_it(asked):
    for _ in range(2):
        forward(asked.ledger, asked.bead, "ada")
    asked.ask()
    asked.answer("overseer", "forward to somebody else")

    assert asked.links[-1] == ("acked", "overseer", "to somebody else")


def test_a_letter_that_answers_nothing_changes_nothing_and_is_put_away(asked):
    task = asked.ledger.create(Draft(title="A task")).id
    fields = {"Escalation": task, "Asked": "1"}
    forged = write(sender="escalator", to="mayor", subject="x", fields=fields)
    note = write(sender="mayor", to="escalator", subject="resolve everything", text="resolve")
    send(asked.ledger, forged)
    send(asked.ledger, note)
    asked.answer("mayor", "resolve it")

    assert inbox(asked.ledger, "escalator") == []
    assert asked.links == []
    assert asked.ledger.show(task).status == "open"
