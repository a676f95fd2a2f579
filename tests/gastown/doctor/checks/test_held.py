"""Claims, room of the PC, money: what a dead process held is given back, a living one's is not."""

from contextlib import closing
from datetime import UTC, datetime, timedelta

from gastown.machine.admission.ask import Ask, Demand
from gastown.machine.admission.here import open_ledger
from gastown.machine.admission.offer import Fixed
from gastown.machine.capacity import Capacity
from gastown.money.entry import Bid, Earmark, Reservation, Who
from gastown.money.sqlite import SqliteSpendLedger
from tests.gastown.doctor.ward import CLAIMED, Ward, ended

ROOM = Fixed(Capacity(sandboxes=1))
LEASED = """
    from gastown.machine.admission.ask import Ask, Demand
    from gastown.machine.admission.here import open_ledger
    from gastown.machine.admission.offer import Fixed
    from gastown.machine.capacity import Capacity
    ledger = open_ledger(town.layout, town.config.machine)
    room = Fixed(Capacity(sandboxes=1))
    for kind in ("residency", "activity"):
        ledger.ask(Ask(kind, Demand(Capacity(sandboxes=1)), kind=kind), room)
"""
RESERVED = """
    from gastown.machine.holder import holder
    from gastown.money.entry import Bid, Who
    from gastown.money.sqlite import SqliteSpendLedger
    spend = SqliteSpendLedger(town.layout.spend)
    spend.reserve(Bid(Who("s/1", holder=holder()), 1, 5_000_000, "2026-01-29"))
"""


def test_a_claim_of_a_killed_process_is_opened_and_a_living_ones_stays(ward: Ward):
    step = ward.molecule.beads["work"]
    ward.dies(CLAIMED.format(bead=step))
    run = ward.lives(CLAIMED.format(bead=ward.molecule.beads["refine"]))
    try:
        assert ward.marks("claims") == [("claims", step)]
        assert ward.mended("claims") == ["is open again"]
        assert ward.town.ledger.claim_of(step) is None
        assert ward.status(step) == ("open", "")
        assert ward.town.ledger.claim_of(ward.molecule.beads["refine"]) is not None
    finally:
        ended(run)


def test_a_claim_from_elsewhere_counts_until_it_runs_out(ward: Ward):
    step = ward.molecule.beads["work"]
    ward.town.ledger.claim(step, "far:7:1.00", timedelta(hours=1))
    assert ward.found("claims") == []

    ward.town.ledger.reopen(step, "again")
    ward.town.ledger.claim(step, "far:7:1.00", timedelta(microseconds=1))

    assert ward.marks("claims") == [("claims", step)]


def test_a_claim_that_another_took_meanwhile_stays(ward: Ward):
    step = ward.molecule.beads["work"]
    ward.dies(CLAIMED.format(bead=step))
    scene = ward.look()
    (lost,) = scene.claims
    assert scene.is_lost(lost)

    ward.town.ledger.claim(step, "far:7:1.00", timedelta(hours=1), evict=lost.token)

    assert ward.found("claims") == []


def test_room_that_a_killed_process_held_or_waited_for_is_given_to_the_next(ward: Ward):
    ward.dies(LEASED)
    table = ward.town.config.machine

    said = [one.said for one in ward.found("admissions")]
    done = ward.mended("admissions")

    assert said == [
        "holds a loaded model's memory for residency, and is dead or silent",
        "waits for activity, and is dead or silent",
    ]
    assert done == ["taken back"]  # one call takes back both
    with closing(open_ledger(ward.town.layout, table)) as ledger:
        assert ledger.lost().leases == ()
        assert ledger.try_admit(Ask("next", Demand(Capacity(sandboxes=1))), ROOM) is not None


def test_room_that_a_living_process_holds_stays_its_own(ward: Ward):
    run = ward.lives(LEASED)
    try:
        assert ward.found("admissions") == []
        assert ward.treat("admissions").mended == ()
        with closing(open_ledger(ward.town.layout, ward.town.config.machine)) as ledger:
            assert len(ledger.leases()) == 1
            assert len(ledger.waiting()) == 1
    finally:
        ended(run)


def test_a_look_makes_no_ledger_where_there_is_none(ward: Ward):
    assert ward.found("admissions", "money") == []
    assert not ward.town.layout.admissions.exists()
    assert not ward.town.layout.spend.exists()


def test_money_of_a_killed_process_is_put_down_as_spent_once(ward: Ward):
    ward.dies(RESERVED)

    assert ward.marks("money") == [("money", "s/1 turn 1")]
    assert ward.mended("money") == ["put down $5.00"]
    spend = SqliteSpendLedger(ward.town.layout.spend)
    assert [(one.end, one.micro_usd) for one in spend.entries()] == [("unknown", 5_000_000)]


def test_money_of_a_living_process_stays_reserved(ward: Ward):
    run = ward.lives(RESERVED)
    try:
        assert ward.found("money") == []
    finally:
        ended(run)


def test_money_that_is_past_its_time_is_put_down_too(ward: Ward):
    past = datetime(2026, 1, 1, tzinfo=UTC)
    spend = SqliteSpendLedger(ward.town.layout.spend, clock=lambda: past)
    made = spend.reserve(Bid(Who("s/2", holder="far:1:1.0"), 1, 10, "2026-01-01"))
    assert isinstance(made, Reservation)

    assert ward.marks("money") == [("money", "s/2 turn 1")]


def test_what_was_set_aside_for_a_convoy_is_given_back_when_it_is_over(ward: Ward):
    spend = SqliteSpendLedger(ward.town.layout.spend)
    spend.earmark([Earmark(ward.convoy, "work", "polecat", 9)], [])
    assert ward.found("money") == []

    ward.close(ward.convoy)

    assert ward.mended("money") == ["given back"]
    assert spend.earmarked() == frozenset()
