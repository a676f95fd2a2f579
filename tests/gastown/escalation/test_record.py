"""What the ledger keeps of an escalation."""

import pytest

from gastown.beads.bead import Draft
from gastown.beads.memory import MemoryLedger
from gastown.errors import LedgerError
from gastown.escalation.escalation import Escalation
from gastown.escalation.record import (
    ack,
    escalate,
    escalation_of,
    forward,
    open_escalations,
    require,
    resolve,
)
from gastown.testing import FakeClock

STUCK = Escalation(
    severity="HIGH",
    category="failed",
    subject="Polecat of ga-x7k: sent back 3 times",
    text="a person is needed: the tests are red",
    source="game/jade",
    about="ga-x7k",
)


@pytest.fixture
def ledger() -> MemoryLedger:
    return MemoryLedger(FakeClock())


def test_it_is_a_bead_of_its_first_tier_that_is_never_ready_work(ledger: MemoryLedger):
    bead = escalate(ledger, STUCK)

    assert bead.id.startswith("hq-esc-")
    assert (bead.title, bead.assignee, bead.priority) == (STUCK.subject, "deacon", 1)
    assert bead.created_by == "game/jade"
    assert ledger.ready() == []
    one = require(ledger, bead.id)
    assert (one.tier, one.rig, one.text) == ("deacon", "game", STUCK.text)
    assert [(link.did, link.who, link.tier) for link in one.chain] == [
        ("raised", "game/jade", "deacon")
    ]


def test_one_comes_of_a_key_and_it_stays_over_when_it_is(ledger: MemoryLedger):
    first = escalate(ledger, STUCK, key="step/hq-mol-1.3")
    assert escalate(ledger, STUCK, key="step/hq-mol-1.3") == first
    resolve(ledger, first.id, "ada", "mended")

    assert escalate(ledger, STUCK, key="step/hq-mol-1.3").id == first.id
    assert open_escalations(ledger) == {}


def test_a_cause_that_comes_back_is_raised_anew_and_only_once(ledger: MemoryLedger):
    first = escalate(ledger, STUCK, key="k", again=True)
    assert escalate(ledger, STUCK, key="k", again=True).id == first.id
    resolve(ledger, first.id, "ada", "mended")
    second = escalate(ledger, STUCK, key="k", again=True)

    assert second.id != first.id
    assert escalate(ledger, STUCK, key="k", again=True) == second
    assert [*open_escalations(ledger)] == [second.id]


def test_the_worse_severity_of_a_cause_stands_and_moves_it_up(ledger: MemoryLedger):
    bead = escalate(ledger, STUCK, key="k")
    worse = STUCK.model_copy(update={"severity": "CRITICAL", "text": "and it deleted the tests"})

    now = escalate(ledger, worse, key="k")
    milder = escalate(ledger, STUCK, key="k")

    assert now.id == bead.id
    assert milder == now
    assert (now.assignee, now.priority) == ("overseer", 0)
    assert require(ledger, bead.id).chain[-1].why == "and it deleted the tests"


def test_what_is_said_newly_of_a_cause_is_kept_once(ledger: MemoryLedger):
    bead = escalate(ledger, STUCK, key="k")
    for _ in range(2):
        escalate(ledger, STUCK.model_copy(update={"text": "now the lint is red"}), key="k")

    assert [link.did for link in require(ledger, bead.id).chain] == ["raised", "again"]


def test_each_tier_acknowledges_once_forwards_or_resolves(ledger: MemoryLedger):
    bead = escalate(ledger, STUCK).id
    ack(ledger, bead, "deacon", "looking")
    ack(ledger, bead, "somebody else")
    forward(ledger, bead, "deacon", "not mine")

    assert require(ledger, bead).tier == "overseer"
    assert require(ledger, bead).acked is None
    with pytest.raises(LedgerError, match="the last"):
        forward(ledger, bead, "ada")
    assert resolve(ledger, bead, "ada", "the tests were wrong")
    assert not resolve(ledger, bead, "bob", "me too")
    one = require(ledger, bead)
    assert [(link.did, link.who) for link in one.chain] == [
        ("raised", "game/jade"),
        ("acked", "deacon"),
        ("forwarded", "deacon"),
        ("resolved", "ada"),
    ]
    assert one.resolved is not None
    assert one.resolved.why == "the tests were wrong"
    with pytest.raises(LedgerError, match="resolved already, by ada"):
        ack(ledger, bead, "bob")
    assert require(ledger, bead) == one


def test_a_close_by_hand_resolves_it(ledger: MemoryLedger):
    bead = escalate(ledger, STUCK).id
    ledger.close(bead, "nonsense", actor="ada")

    assert require(ledger, bead).resolved is not None
    assert open_escalations(ledger) == {}


def test_another_bead_is_no_escalation(ledger: MemoryLedger):
    other = ledger.create(Draft(title="A task"))

    assert escalation_of(other) is None
    with pytest.raises(LedgerError, match="no escalation"):
        ack(ledger, other.id, "ada")
    with pytest.raises(LedgerError, match="no escalation"):
        resolve(ledger, other.id, "ada", "x")


def test_a_subject_is_one_line_however_it_is_said():
    assert Escalation(subject="a\n\n b" + "x" * 999).subject == "a b" + "x" * 397
