"""What the ledger keeps of a gate: opened once, escalated once, closed once."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.beads.bead import CLOSED
from gastown.convoys.molecule import pour, recorded
from gastown.errors import LedgerError
from gastown.formula.plan import Plan, PlannedGate, PlannedStep
from gastown.gates.judge import Rejected, Resolved
from gastown.gates.record import (
    close_gate,
    escalate_gate,
    open_gate,
    open_gates,
    record_of,
    reject_gate,
)
from gastown.testing import FakeClock, MemoryLedger

PLAN = Plan(
    formula="f",
    digest="d",
    steps=(
        PlannedStep(key="ok", step="ok", title="ok?", kind="gate", gate=PlannedGate(type="human")),
        PlannedStep(key="ship", step="ship", title="ship", needs=("ok",)),
    ),
)


class Gated:
    """A molecule whose gate is open."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.ledger = MemoryLedger(self.clock)
        self.molecule = pour(self.ledger, PLAN)
        self.gate = self.molecule.beads["ok"]
        self.opened = self.clock.now
        open_gate(self.ledger, self.molecule, "ok", self.clock())

    @property
    def bead(self):
        return self.ledger.show(self.gate)


def test_a_gate_is_opened_once():
    one = Gated()
    one.clock.advance(60)

    again = open_gate(one.ledger, one.molecule, "ok", one.clock())

    assert again.opened == one.opened
    assert list(open_gates(one.ledger)) == [one.gate]


def test_a_closed_gate_says_who_when_and_what():
    one = Gated()
    now = one.clock.advance(90)

    assert close_gate(one.ledger, one.gate, Resolved("ann", "fine", {"answer": "1.2"}), now)

    result = recorded(one.bead)
    assert result.summary == "fine"
    assert result.evidence["output"] == {"answer": "1.2"}
    assert (result.evidence["by"], result.evidence["at"]) == ("ann", now.isoformat())
    assert result.evidence["waited_s"] == 90
    assert open_gates(one.ledger) == {}


def test_a_gate_that_is_closed_stays_as_it_was_closed():
    one = Gated()
    close_gate(one.ledger, one.gate, Resolved("ann", "fine"), one.clock())

    assert not close_gate(one.ledger, one.gate, Resolved("bob", "fine too"), one.clock())
    assert not escalate_gate(one.ledger, one.gate, "late", one.clock())
    with pytest.raises(LedgerError, match="resolved already"):
        reject_gate(one.ledger, one.gate, Rejected("bob", "no"), one.clock())
    assert recorded(one.bead).evidence["by"] == "ann"


def test_a_person_is_called_once():
    one = Gated()

    first = escalate_gate(one.ledger, one.gate, "late", one.clock())
    second = escalate_gate(one.ledger, one.gate, "later", one.clock())

    record = record_of(one.bead)
    assert (first, second) == (True, False)
    assert record is not None
    assert record.escalated is not None
    assert record.escalated.reason == "late"
    assert one.bead.status != CLOSED


def test_a_no_leaves_the_gate_open():
    one = Gated()

    reject_gate(one.ledger, one.gate, Rejected("ann", "too early"), one.clock())

    record = record_of(one.bead)
    assert record is not None
    assert record.rejected is not None
    assert record.rejected.reason == "too early"


def test_the_gates_of_a_molecule_that_is_over_wait_no_more():
    one = Gated()
    one.ledger.close(one.molecule.id, "given up")

    assert open_gates(one.ledger) == {}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["open", "close", "reject", "escalate"]), max_size=8))
def test_whatever_is_done_in_whatever_order_a_gate_is_closed_and_escalated_once_at_most(acts):
    one = Gated()
    closings = escalations = 0
    for act in acts:
        now = one.clock.advance(1)
        if act == "open":
            open_gate(one.ledger, one.molecule, "ok", now)
        elif act == "close":
            closings += close_gate(one.ledger, one.gate, Resolved(f"{now}", "done"), now)
        elif act == "escalate":
            escalations += escalate_gate(one.ledger, one.gate, f"{now}", now)
        elif one.bead.status != CLOSED:
            reject_gate(one.ledger, one.gate, Rejected("ann", "no"), now)
    assert closings == ("close" in acts)
    assert escalations <= 1
    record = record_of(one.bead)
    assert record is not None
    assert record.opened == one.opened
