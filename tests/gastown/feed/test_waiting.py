"""What only a person can settle."""

import pytest

from gastown.beads.memory import MemoryLedger
from gastown.escalation.escalation import Escalation
from gastown.escalation.record import escalate, resolve
from gastown.feed.waiting import waiting_for_person
from gastown.gates.judge import Rejected
from gastown.gates.record import open_gate, reject_gate
from gastown.mail.box import read
from gastown.mail.letter import Letter
from gastown.mail.post import send
from gastown.testing import FakeClock
from tests.gastown.feed.given import do, make_bead, make_convoy, poured


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def ledger(clock: FakeClock) -> MemoryLedger:
    return MemoryLedger(clock)


def found(ledger):
    return [(one.kind, one.said) for one in waiting_for_person(ledger)]


def test_what_waits_comes_with_the_command_that_answers_it_and_goes_when_answered(ledger, clock):
    bead = make_bead(ledger)
    molecule = poured(ledger, make_convoy(ledger, bead), bead)
    gate = molecule.beads["ask"]
    assert waiting_for_person(ledger) == ()
    letter = send(ledger, Letter(sender="mayor", to="overseer", subject="hello"), key="a").id
    send(ledger, Letter(sender="town", to="overseer", subject="open it", about=gate), key="b")
    send(ledger, Letter(sender="mayor", to="core/witness", subject="not yours"), key="c")
    for key in ("work", "refine"):
        do(ledger, molecule, key, "done")
    open_gate(ledger, molecule, "ask", clock())
    raised = escalate(
        ledger,
        Escalation(severity="CRITICAL", category="emergency", subject="fire", source="boot"),
        clock=clock,
    ).id
    escalate(ledger, Escalation(subject="low", source="core/opal", rig="core"), clock=clock)
    waiting = waiting_for_person(ledger)

    assert [one.id for one in waiting] == [raised, gate, letter]
    assert waiting[0].answer == f"town escalation resolve {raised} --how …"
    assert waiting[1].answer.startswith(f"town gate resolve {gate}")
    assert waiting[2].answer == f"town mail read {letter}"
    assert waiting[2].said == "mayor: hello"
    resolve(ledger, raised, "ann", "put out")
    reject_gate(ledger, gate, Rejected("ann", "no"), clock())
    read(ledger, letter)
    assert [kind for kind, _ in found(ledger)] == ["mail"]  # of the gate: it was refused
