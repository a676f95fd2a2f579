"""Letters in the ledger."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.beads.bead import Draft
from gastown.errors import NotFoundError
from gastown.mail.letter import letter_of, write
from gastown.mail.post import send
from gastown.testing import FakeClock, MemoryLedger


@pytest.fixture
def ledger():
    return MemoryLedger(FakeClock())


def note(**said: Any):
    return write(**{"sender": "mayor", "to": "game/opal", "subject": "Look", **said})


def test_a_letter_comes_back_from_its_bead(ledger):
    letter = note(kind="HELP", fields={"Problem": "no disk"}, text="Help", about="ga-1", priority=1)
    bead = send(ledger, letter)

    assert letter_of(ledger.show(bead.id)) == letter
    assert (bead.issue_type, bead.assignee, bead.created_by) == ("message", "game/opal", "mayor")


def test_the_second_of_a_key_gives_the_first_and_sends_nothing(ledger):
    first = send(ledger, note(), key="done ga-1 round 1")
    again = send(ledger, note(subject="Said otherwise"), key="done ga-1 round 1")

    assert again == first
    assert len(ledger.find(issue_type="message")) == 1


def test_replies_share_the_thread_of_what_began_it(ledger):
    first = send(ledger, note())
    second = send(ledger, note(reply_to=first.id))
    third = send(ledger, note(reply_to=second.id))

    assert [one.metadata.get("thread") for one in (first, second, third)] == [None, *[first.id] * 2]
    assert [e.depends_on_id for e in third.dependencies] == [second.id]


def test_a_reply_to_a_gates_letter_replies_to_the_gate(ledger):
    gate = ledger.create(Draft(title="ship?", issue_type="gate")).id
    fields = {"Gate": gate, "Waits-For": "a person's word"}
    asked = send(ledger, note(kind="GATE", to="overseer", fields=fields, about=gate))
    reply = send(ledger, note(reply_to=asked.id, to="town"))

    assert [e.depends_on_id for e in reply.dependencies] == [asked.id, gate]
    assert reply.metadata["thread"] == gate


def test_a_reply_to_nothing_is_refused(ledger):
    with pytest.raises(NotFoundError):
        send(ledger, note(reply_to="hq-none"))

    assert ledger.find() == []


def test_what_flows_tell_each_other_is_not_for_git(ledger):
    fields = {"Exit": "COMPLETED", "Issue": "ga-1", "Branch": "b"}
    done = send(ledger, note(kind="POLECAT_DONE", to="game/witness", fields=fields))

    assert (done.ephemeral, send(ledger, note()).ephemeral) == (True, False)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["k1", "k2", ""]))))
def test_there_are_as_many_letters_as_keys_and_keyless_sends(sent):
    ledger = MemoryLedger()
    for sender, key in sent:
        send(ledger, note(sender=sender), key=key)

    keys = {key for _, key in sent if key}
    keyless = sum(not key for _, key in sent)
    assert len(ledger.find(issue_type="message")) == len(keys) + keyless
