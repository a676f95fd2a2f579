"""When an escalation goes up by itself."""

from datetime import timedelta

from gastown.escalation.chain import acked, risen
from gastown.escalation.due import Remind, Rise, Wait, aged, due
from gastown.escalation.record import escalate, require, resolve
from gastown.testing import FakeClock, MemoryLedger
from gastown.town.tables.escalation import EscalationTable
from tests.gastown.escalation.given import NINE, begun

TABLE = EscalationTable(high_s=600, acked_times=3, remind_s=3_600)
TEN_MINUTES = timedelta(minutes=10)


def test_an_unanswered_one_rises_when_its_time_is_over_and_not_before():
    one = begun()

    assert due(one, TABLE, NINE + TEN_MINUTES - timedelta(seconds=1)) == Wait(
        until=NINE + TEN_MINUTES, reason="the Deacon was asked"
    )
    assert due(one, TABLE, NINE + TEN_MINUTES) == Rise(
        to="overseer", reason="the Deacon was asked 10m ago, and it is not resolved"
    )


def test_an_acknowledged_one_has_longer_and_rises_all_the_same():
    one = acked(begun(), "deacon", NINE)

    assert isinstance(due(one, TABLE, NINE + 2 * TEN_MINUTES), Wait)
    found = due(one, TABLE, NINE + 3 * TEN_MINUTES)
    assert isinstance(found, Rise)
    assert "said to be at it" in found.reason


def test_the_overseer_is_reminded_and_nobody_is_above():
    one = begun(severity="CRITICAL")

    assert due(one, TABLE, NINE + timedelta(minutes=59)) == Wait(
        until=NINE + timedelta(hours=1), reason="the Overseer knows of it"
    )
    later = NINE + timedelta(hours=1)
    assert isinstance(due(one, TABLE, later), Remind)
    again = aged(one, TABLE, later)
    assert (again.tier, again.asked) == ("overseer", 2)
    assert aged(again, TABLE, later) == again


def test_without_reminders_time_changes_nothing_any_more():
    silent = TABLE.model_copy(update={"remind_s": 0})

    assert due(begun(severity="CRITICAL"), silent, NINE + timedelta(days=9)) == Wait(
        until=None, reason="the Overseer knows of it"
    )


def test_a_resolved_one_stays_where_it_is():
    clock = FakeClock()
    ledger = MemoryLedger(clock)
    bead = escalate(ledger, begun(), clock=clock).id
    resolve(ledger, bead, "ada", "done")
    over = require(ledger, bead)
    clock.advance(9e6)

    assert due(over, TABLE, clock.now) == Wait(until=None, reason="resolved by ada")
    assert risen(over, "overseer", clock.now, "late") == over
