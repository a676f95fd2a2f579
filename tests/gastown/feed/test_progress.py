"""How far a convoy is, and what keeps each step."""

import pytest

from gastown.beads.memory import MemoryLedger
from gastown.convoys.molecule import record_failure
from gastown.feed.progress import progress_of
from gastown.gates.record import open_gate
from gastown.stage import StageResult
from gastown.testing import FakeClock
from tests.gastown.feed.given import HOLDER, LEASE, do, make_bead, make_convoy, poured


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def ledger(clock: FakeClock) -> MemoryLedger:
    return MemoryLedger(clock)


def states(ledger, convoy, clock, queue=None):
    found = progress_of(ledger, convoy, clock(), queue)
    return {step.key: (step.state, [b.said for b in step.blocked_by]) for step in found.steps}


def test_a_convoy_goes_from_waiting_to_done_and_each_step_says_why(ledger, clock):
    bead = make_bead(ledger)
    convoy = make_convoy(ledger, bead)
    before = progress_of(ledger, convoy, clock())
    assert (before.total, before.beads, before.steps) == (0, 1, ())
    assert before.expected is not None
    assert before.expected.because == "it was not launched"
    molecule = poured(ledger, convoy, bead)
    work = molecule.beads["work"]

    assert states(ledger, convoy, clock, {work: "no sandbox is free"}) == {
        "work": ("ready", ["no sandbox is free"]),
        "refine": ("waiting", [f"polecat {bead}"]),
        "ask": ("waiting", [f"refinery {bead}"]),
    }
    claim = ledger.claim(work, HOLDER, LEASE)
    assert states(ledger, convoy, clock)["work"] == ("at work", [])
    record_failure(ledger, claim, StageResult(verdict="failed", summary="no model"))
    ledger.release(claim)
    assert states(ledger, convoy, clock)["work"] == ("failed", ["no model"])
    do(ledger, molecule, "work", "done")
    do(ledger, molecule, "refine", "merged")
    open_gate(ledger, molecule, "ask", clock())
    ledger.close(bead, "Merged in abc")
    found = progress_of(ledger, convoy, clock())

    assert states(ledger, convoy, clock)["ask"][0] == "waits"
    assert found.steps[2].blocked_by[0].kind == "gate"
    assert (found.done, found.total, found.merged, found.beads) == (2, 3, 1, 1)
    assert [step.key for step in found.open] == ["ask"]
    ledger.close(convoy, "landed: 1 beads merged")
    assert progress_of(ledger, convoy, clock()).expected is None


def test_looking_changes_nothing(ledger, clock):
    bead = make_bead(ledger)
    convoy = make_convoy(ledger, bead)
    poured(ledger, convoy, bead)
    before = ledger.last_event()
    progress_of(ledger, convoy, clock())

    assert ledger.last_event() == before
