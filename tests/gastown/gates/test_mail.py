"""Messages that answer a gate."""

import pytest

from gastown.beads.bead import Draft
from gastown.errors import NotFoundError
from gastown.gates.mail import answer_in, leave_reply, replies
from gastown.testing import FakeClock, MemoryLedger


@pytest.fixture
def ledger():
    return MemoryLedger(FakeClock())


@pytest.fixture
def gate(ledger):
    return ledger.create(Draft(title="ship?", issue_type="gate")).id


def test_a_reply_is_a_message_that_replies_to_the_gate(ledger, gate):
    bead = leave_reply(ledger, gate, "ann@example.org", "Re: ship?", "yes\nbut slowly")

    assert bead.issue_type == "message"
    assert replies(ledger) == {gate: [bead]}


def test_a_reply_to_nothing_is_refused(ledger):
    with pytest.raises(NotFoundError):
        leave_reply(ledger, "hq-nothing", "ann", "Re:", "yes")


@pytest.mark.parametrize(
    ("text", "approved", "said"),
    [("Yes, go on", True, "go on"), ("OK", True, ""), ("no\ntoo early", False, "too early")],
)
def test_a_human_gate_is_answered_by_the_first_word(ledger, gate, text, approved, said):
    bead = leave_reply(ledger, gate, "ann", "Re: ship?", text)

    answer = answer_in("human", "", [bead])

    assert answer is not None
    assert (answer.approved, answer.comment, answer.by) == (approved, said, "ann")


def test_a_question_back_is_no_answer(ledger, gate):
    bead = leave_reply(ledger, gate, "ann", "Re: ship?", "What is this about?")

    assert answer_in("human", "", [bead]) is None


def test_a_mail_gate_takes_the_first_message_of_its_sender(ledger, gate):
    messages = [
        leave_reply(ledger, gate, sender, "Key", text)
        for sender, text in (("eve", "666"), ("Ann@x.org", "42"), ("ann@x.org", "43"))
    ]

    named, anybody = answer_in("mail", "ann@x.org", messages), answer_in("mail", "", messages)

    assert named is not None
    assert named.output == {"approved": True, "answer": "42", "subject": "Key", "from": "Ann@x.org"}
    assert anybody is not None
    assert anybody.by == "eve"
