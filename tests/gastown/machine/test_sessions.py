"""Who is at work now, and what that claims of the machine."""

from datetime import timedelta

from gastown.beads.bead import Draft
from gastown.convoys.molecule import pour
from gastown.formula.plan import Plan, PlannedStep
from gastown.machine.capacity import Capacity
from gastown.machine.sessions import claimed, sessions
from gastown.testing import FakeClock, MemoryLedger

LEASE = timedelta(seconds=90)


def nobody_died(_holder: str) -> bool:
    return False


def test_running_steps_hold_a_sandbox_each_until_their_lease_ends_or_their_holder_dies():
    clock = FakeClock()
    ledger = MemoryLedger(clock=clock)
    steps = tuple(
        PlannedStep(key=key, step=key, title=f"Do {key}", role="polecat") for key in "abc"
    )
    molecule = pour(ledger, Plan(formula="convoy", digest="0", convoy="hq-cv-1", steps=steps))
    ledger.claim(molecule.id, "host:1:0", LEASE)
    for key, holder in (("a", "host:2:0"), ("b", "host:3:0")):
        ledger.claim(molecule.beads[key], holder, LEASE)
    own = ledger.create(Draft(title="A person's own", metadata={"key": "a"}))
    ledger.claim(own.id, "me", LEASE)

    at_work = sessions(ledger, clock(), nobody_died)

    assert [(one.title, one.holder) for one in at_work] == [
        ("Do a", "host:2:0"),
        ("Do b", "host:3:0"),
    ]
    assert claimed(at_work) == Capacity(sandboxes=2)
    assert [one.title for one in sessions(ledger, clock(), "host:2:0".__eq__)] == ["Do b"]
    assert sessions(ledger, clock.advance(91), nobody_died) == ()
    assert claimed(()) == Capacity()
