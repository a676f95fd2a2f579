"""Escalations whose cause is gone."""

from gastown.beads.bead import Draft
from gastown.escalation.escalation import Escalation
from gastown.escalation.gone import Fact, gone
from gastown.escalation.record import escalate, facts_of, look, require
from gastown.testing import MemoryLedger
from gastown.town.tables.escalation import EscalationTable
from tests.gastown.escalation.given import begun

TABLE = EscalationTable()
OVER = Fact(over=True, reason="done")


def test_it_ends_with_what_it_is_about_or_with_all_of_what_it_names():
    one = begun(about="ga-1", ends=("ga-2", "ga-3"))

    assert gone(one, {"ga-2": OVER}) is None
    assert gone(one, {"ga-2": OVER, "ga-3": OVER}) == (
        "its cause is gone: ga-2 is closed (done), ga-3 is closed (done)"
    )
    assert gone(one, {"ga-1": OVER}) == "its cause is gone: ga-1 is closed (done)"


def test_an_emergency_never_ends_by_itself():
    assert gone(begun(category="emergency", about="ga-1"), {"ga-1": OVER}) is None


def test_without_a_bead_there_is_nothing_to_go():
    assert gone(begun(), {}) is None


def test_a_step_that_closed_later_resolves_its_escalation():
    ledger = MemoryLedger()
    step = ledger.create(Draft(title="Review"))
    bead = escalate(ledger, begun(about=step.id)).id
    assert look(ledger, bead, TABLE).resolved is None
    ledger.close(step.id, "merged")

    ended = look(ledger, bead, TABLE).resolved
    assert ended is not None
    assert (ended.who, ended.why) == ("town", f"its cause is gone: {step.id} is closed (merged)")


def test_what_is_blocked_ends_when_what_blocks_it_now_has_closed():
    ledger = MemoryLedger()
    done = ledger.create(Draft(title="Done long ago"))
    ledger.close(done.id, "done")
    first, second = ledger.create_many([Draft(title="first"), Draft(title="second")])
    needs = (done.id, first.id, second.id)
    work = ledger.create(Draft(title="work", needs=needs))
    blocked = Escalation(category="blocked", subject="It waits for ever", about=work.id)
    bead = escalate(ledger, blocked).id

    assert require(ledger, bead).ends == (first.id, second.id)
    ledger.close(first.id, "done")
    assert look(ledger, bead, TABLE).resolved is None
    ledger.close(second.id, "done")
    assert look(ledger, bead, TABLE).resolved is not None


def test_what_is_blocked_by_nothing_the_ledger_knows_waits_for_somebody():
    ledger = MemoryLedger()
    work = ledger.create(Draft(title="work"))
    bead = escalate(ledger, begun(category="blocked", about=work.id)).id

    assert look(ledger, bead, TABLE).resolved is None


def test_a_bead_that_was_given_up_is_over_and_one_that_never_was_is_not():
    ledger = MemoryLedger()
    wisp = ledger.create(Draft(title="wisp", ephemeral=True))
    one = begun(about=wisp.id, ends=("ga-none",))
    ledger.forget([wisp.id])

    assert facts_of(ledger, one) == {wisp.id: Fact(over=True, reason="it was given up")}
