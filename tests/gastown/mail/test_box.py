"""Mailboxes as a person sees them."""

from typing import Any

import pytest

from gastown.beads.bead import Draft
from gastown.errors import MailError, NotFoundError
from gastown.mail.box import archive, find_mail, inbox, read, reply, talk
from gastown.mail.letter import letter_of, write
from gastown.mail.post import send
from gastown.testing import FakeClock, MemoryLedger


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def ledger(clock):
    return MemoryLedger(clock)


def note(ledger, to="overseer", sender="mayor", **said: Any) -> str:
    letter = write(sender=sender, to=to, subject="Look", **said)
    return send(ledger, letter).id


def ids(mails):
    return [mail.id for mail in mails]


def test_a_mailbox_is_in_the_order_of_sending_though_the_clock_went_back(ledger, clock):
    first = note(ledger)
    clock.advance(-100)
    second = note(ledger)
    note(ledger, to="mayor")

    assert ids(inbox(ledger, "overseer")) == [first, second]


def test_what_its_rig_and_its_lists_are_told_lies_there_too(ledger):
    own, rig, many = (note(ledger, to=to) for to in ("game/opal", "game/", "list:all"))

    assert ids(inbox(ledger, "game/opal", hears=("game/", "list:all"))) == [own, rig, many]


def test_reading_marks_and_archiving_puts_away(ledger):
    message = note(ledger)

    assert not inbox(ledger, "overseer")[0].read
    assert read(ledger, message).read
    assert [one.read for one in inbox(ledger, "overseer")] == [True]
    assert archive(ledger, [message, message]) == [message]
    assert archive(ledger, [message]) == []
    assert inbox(ledger, "overseer") == []
    assert ids(inbox(ledger, "overseer", archived=True)) == [message]


def test_whoever_looks_at_anothers_mail_leaves_it_unread(ledger):
    message = note(ledger, to="mayor")

    assert not read(ledger, message, "overseer").read
    assert not find_mail(ledger, message, "mayor").read


def test_a_broadcast_is_read_by_each_for_itself(ledger):
    message = note(ledger, to="game/")
    read(ledger, message, "game/opal")

    assert find_mail(ledger, message, "game/opal").read
    assert not find_mail(ledger, message, "game/amber").read


def test_an_answer_goes_back_and_joins_the_talk(ledger):
    asked = note(ledger, to="game/opal", about="ga-1")
    bead = reply(ledger, asked, "Later", fields={"Eta": "1h"})
    again = reply(ledger, bead.id, "Good")

    answer = letter_of(bead)
    assert (answer.sender, answer.to, answer.subject) == ("game/opal", "mayor", "Re: Look")
    assert (answer.about, answer.fields, answer.reply_to) == ("ga-1", {"Eta": "1h"}, asked)
    assert letter_of(again).subject == "Re: Look"
    assert ids(talk(ledger, bead.id)) == [asked, bead.id, again.id]


def test_an_answer_to_one_outside_is_kept_by_the_town(ledger):
    asked = note(ledger, sender="ann@example.org")

    assert letter_of(reply(ledger, asked, "Thanks")).to == "town"


def test_what_is_no_message_is_refused(ledger):
    task = ledger.create(Draft(title="Wire it")).id
    message = note(ledger)

    with pytest.raises(MailError, match="is no message"):
        reply(ledger, task, "yes")
    with pytest.raises(NotFoundError):
        archive(ledger, [message, "hq-none"])
    assert ids(inbox(ledger, "overseer")) == [message]
