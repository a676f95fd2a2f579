"""The host's ledger: all or nothing, fenced, freed once, and refused with the sum."""

import time

import pytest

from gastown.errors import LedgerError, OvercommitError, StaleTokenError
from gastown.machine.admission.ask import Ask, Demand
from gastown.machine.admission.ledger import AdmissionLedger
from gastown.machine.admission.offer import Fixed, Looked
from gastown.machine.capacity import DIMENSIONS, Capacity, Dimension
from gastown.machine.figure import Figure
from gastown.machine.machine import Machine, Share
from gastown.machine.room import Measured
from tests.gastown.machine.admission.events import replay
from tests.gastown.machine.admission.given import PC, session, taken, want


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def gone():
    """Holders who died."""
    return set()


@pytest.fixture
def ledger(tmp_path, clock, gone):
    made = AdmissionLedger(tmp_path / "a.db", clock=clock, dead=gone.__contains__)
    yield made
    made.close()
    assert replay(made.path).wrongs == []


def test_a_lease_takes_its_whole_vector_or_nothing(ledger):
    first = ledger.try_admit(want(vram_mib=5, p_cores=3), PC)
    second = ledger.try_admit(want(vram_mib=1, p_cores=2), PC)
    third = ledger.try_admit(want(vram_mib=3, p_cores=1), PC)

    assert (first is None, second, third is None) == (False, None, False)


def test_slots_of_a_model_are_counted_beside_the_machine(ledger):
    using = want(slots={"model:q7": 1}, vram_mib=1)

    held = [ledger.try_admit(using, PC) for _ in range(3)]

    assert [lease is not None for lease in held] == [True, True, False]


def test_what_could_never_be_given_is_refused_with_the_sum(ledger):
    with pytest.raises(OvercommitError, match=r"P-cores: a step 10 = 10 of 4, 6 too many"):
        ledger.ask(want(p_cores=10), PC)
    with pytest.raises(OvercommitError, match=r"model:q7: a step 3 of 2, 1 too many"):
        ledger.ask(want(slots={"model:q7": 3}), PC)
    with pytest.raises(OvercommitError, match=r"model:no: a step 1 of 0"):
        ledger.ask(want(slots={"model:no": 1}), PC)

    assert ledger.leases() == ()
    assert ledger.waiting() == ()


def test_slots_below_none_or_named_as_a_dimension_are_a_mistake():
    with pytest.raises(ValueError, match="vram_mib"):
        Demand(slots={"vram_mib": 1})
    with pytest.raises(ValueError, match="model:q7"):
        Demand(slots={"model:q7": -1})


def test_who_is_given_a_lease_back_serves_the_next_in_the_same_step(ledger):
    first, _ = (ledger.try_admit(session(), PC) for _ in range(2))
    waits = ledger.ask(session("next"), PC)
    assert waits.lease is None
    assert waits.because == "waits for sandboxes: 2 taken + 1 asked of 2"

    assert ledger.release(first)

    assert [one.ask.who for one in ledger.granted([waits.ticket])] == ["next"]
    assert ledger.waiting() == ()


def test_a_lease_is_freed_once_and_its_token_is_never_given_again(ledger):
    first = ledger.try_admit(session(), PC)
    assert ledger.release(first)

    other = ledger.try_admit(session(), PC)

    assert other.token > first.token
    assert not ledger.release(first)
    assert ledger.leases() == (other,)


def test_who_does_not_renew_loses_his_lease_and_his_token_frees_nothing(ledger, clock):
    slow = ledger.try_admit(session(), PC)
    kept = ledger.try_admit(session(), PC)
    clock.now += 40
    assert ledger.renew([kept.token]) == {kept.token}
    clock.now += 40

    mine = ledger.try_admit(session(), PC)

    assert mine is not None
    assert not ledger.release(slow)
    with pytest.raises(StaleTokenError, match="was lost"):
        ledger.check(slow)
    ledger.check(mine)
    assert ledger.renew([slow.token, mine.token]) == {mine.token}
    assert {one.token for one in ledger.leases()} == {kept.token, mine.token}


def test_a_dead_holders_lease_goes_to_the_next_and_is_freed_once(ledger, gone):
    held = [ledger.ask(session(), PC, who=f"p{n}").lease for n in range(2)]
    waits = ledger.ask(session(), PC, who="p2")
    gone.add("p0")
    assert [one.holder for one in ledger.leases()] == ["p1"]

    ledger.look(PC)
    ledger.look(PC)

    assert len(ledger.granted([waits.ticket])) == 1
    assert not ledger.release(held[0])
    assert [one.holder for one in ledger.leases()] == ["p1", "p2"]


def test_a_waiter_who_died_gets_nothing_and_keeps_nobody_from_it(ledger, gone):
    held = [ledger.ask(session(), PC, who="p0").lease for _ in range(2)]
    ledger.ask(session("ghost"), PC, who="p1")
    living = ledger.ask(session("living"), PC, who="p2")
    gone.add("p1")

    ledger.release(held[0])

    assert [one.ask.who for one in ledger.granted([living.ticket])] == ["living"]


def test_priority_is_worth_minutes_of_waiting_and_no_more(ledger, clock):
    held = [ledger.try_admit(session(), PC) for _ in range(2)]
    old = ledger.ask(session("old"), PC)
    clock.now += 59
    urgent = Ask("urgent", session().demand, priority=1)
    first = ledger.ask(urgent, PC)
    clock.now += 0.5
    ledger.renew([one.token for one in held])
    ledger.look(PC)  # who waits tells from time to time that he is there
    clock.now += 2
    ledger.ask(urgent, PC)  # a minute after the old one: too late

    assert [one.ticket for one in ledger.waiting()][:2] == [first.ticket, old.ticket]


def test_who_leaves_the_queue_lets_the_next_pass_and_leaves_once(ledger):
    ledger.try_admit(want(vram_mib=5), PC)
    large = ledger.ask(want(vram_mib=6), PC)
    small = ledger.ask(want(vram_mib=2), PC)
    assert ledger.granted([small.ticket]) == ()

    assert ledger.withdraw(large.ticket)
    assert not ledger.withdraw(large.ticket)

    assert len(ledger.granted([small.ticket])) == 1


def test_leaving_the_queue_just_after_the_grant_gives_it_back(ledger):
    held = [ledger.try_admit(session(), PC) for _ in range(2)]
    waits = ledger.ask(session(), PC)
    ledger.release(held[0])

    assert ledger.withdraw(waits.ticket)

    assert ledger.leases() == (held[1],)


def looked(free: int) -> Looked:
    """8 MiB of VRAM are lent, and so much of it is free now."""
    two = Share(Figure(2, ""), Figure(0, ""))
    shares: dict[Dimension, Share] = dict.fromkeys(DIMENSIONS, two)
    shares["vram_mib"] = Share(Figure(8, ""), Figure(0, ""), Measured(free, "NVML"))
    return Looked(Machine(shares))


def test_a_person_s_program_keeps_new_ones_out_until_use_fits_again(ledger):
    running = ledger.try_admit(want(vram_mib=5), looked(free=8))
    waits = ledger.ask(want(vram_mib=2), looked(free=0))  # the program took the other three
    assert waits.lease is None

    ledger.look(looked(free=1))
    assert ledger.granted([waits.ticket]) == ()
    assert running in ledger.leases()  # it is never asked to go

    ledger.ask(want(p_cores=1), looked(free=3), bell="")
    ledger.look(looked(free=3))
    assert len(ledger.granted([waits.ticket])) == 1


def test_what_is_claimed_and_not_in_use_yet_is_not_measured_as_free(ledger):
    demand = Demand(Capacity(vram_mib=5))
    loading = ledger.try_admit(Ask("q7", demand, kind="residency", pending=True), looked(free=8))
    assert loading is not None

    assert ledger.try_admit(want(vram_mib=4), looked(free=8)) is None
    assert ledger.try_admit(want(vram_mib=3), looked(free=8)) is not None

    ledger.in_use(loading)
    assert ledger.try_admit(want(vram_mib=1), looked(free=0)) is None


def test_what_others_hold_of_the_published_limits_is_not_given_away(ledger):
    ledger.taken_elsewhere("here", {"sandboxes": 1})
    held = [ledger.ask(session(), PC) for _ in range(2)]
    assert [one.lease is None for one in held] == [False, True]

    ledger.taken_elsewhere("here", {})

    assert len(ledger.granted([held[1].ticket])) == 1


def test_a_ledger_of_before_the_machine_was_started_anew_holds_nothing(ledger, clock):
    ledger.ask(session(), PC)
    ledger.ask(session(), PC)
    ledger.ask(session(), PC)
    clock.now = 5.0

    assert ledger.leases() == ()
    assert ledger.try_admit(session(), PC) is not None


def test_a_lease_is_held_by_this_process_unless_another_is_named(tmp_path):
    ledger = AdmissionLedger(tmp_path / "a.db")

    lease = taken(ledger, session())

    assert lease.granted_at <= time.monotonic() < lease.expires_at
    assert ledger.leases() == (lease,)
    ledger.close()


def test_a_file_that_is_no_ledger_is_named(tmp_path):
    path = tmp_path / "a.db"
    path.write_text("no database, and longer than a header would be" * 40)

    with pytest.raises(LedgerError, match=str(path)):
        AdmissionLedger(path).leases()


def test_of_a_thousand_waiters_as_many_are_let_in_as_there_is_room_for(tmp_path):
    ledger = AdmissionLedger(tmp_path / "a.db", dead=lambda _: False)
    busy = taken(ledger, want(vram_mib=5))
    with ledger._writing() as book:
        for number in range(1000):
            book.enqueue(want(str(number), vram_mib=4), PC, "somebody", "")

    ledger.release(busy)

    assert len(ledger.leases()) == 2
    ledger.close()


def test_an_offer_that_is_fixed_is_the_same_however_much_is_held():
    offer = Fixed(Capacity(vram_mib=8), {"model:q7": 1})

    assert offer.cap(Capacity(vram_mib=99), Capacity())["vram_mib"] == 8
