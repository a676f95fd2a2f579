"""A loaded model's lease: all of its memory or a refusal with the sum; renewed, given back."""

from pathlib import Path

import pytest

from gastown.errors import OvercommitError
from gastown.machine.admission.ask import Ask, Demand
from gastown.machine.admission.ledger import AdmissionLedger
from gastown.machine.admission.offer import Looked
from gastown.machine.capacity import DIMENSIONS, Capacity, Dimension
from gastown.machine.figure import Figure
from gastown.machine.machine import Machine, Share
from gastown.machine.room import Measured
from gastown.runner.residency import Residency, holders
from tests.gastown.machine.admission.events import replay
from tests.gastown.runner.test_plan import plan

TOWN = "/t/oak"


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def machine(*, vram: int = 8000, free: int | None = None) -> Machine:
    lent = Capacity(vram_mib=vram, ram_mib=64_000, p_cores=6, sandboxes=2)
    shares: dict[Dimension, Share] = {
        name: Share(Figure(lent[name], "made"), Figure(0, "none")) for name in DIMENSIONS
    }
    if free is not None:
        measured = Measured(free, "NVML")
        shares["vram_mib"] = Share(Figure(vram, "made"), Figure(0, "none"), measured)
    return Machine(shares)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def ledger(tmp_path, clock):
    made = AdmissionLedger(tmp_path / "a.db", clock=clock, dead=lambda _: False)
    yield made
    made.close()
    assert replay(made.path).wrongs == []


def seven(folder: Path, ledger: AdmissionLedger, found: Machine | None = None) -> Residency:
    found = found or machine()
    return Residency(plan(folder), TOWN, ledger, lambda: found)


def session(vram: int, who: str = "sk-1") -> Ask:
    return Ask(who, Demand(Capacity(vram_mib=vram, sandboxes=1)))


def test_it_claims_what_the_model_holds_and_gives_it_back_once(tmp_path, ledger):
    residency = seven(tmp_path, ledger)
    residency.take()

    [lease] = ledger.leases()
    assert (lease.ask.who, lease.ask.kind, lease.ask.town) == ("model:seven", "residency", TOWN)
    assert lease.ask.demand.capacity == residency.plan.residency
    assert lease.ask.pending

    residency.release()
    residency.release()
    assert ledger.leases() == ()


def test_what_sessions_hold_is_in_the_sum_of_a_refusal(tmp_path, ledger):
    assert ledger.try_admit(session(4000), Looked(machine()))

    with pytest.raises(OvercommitError, match=r"VRAM: sk-1 4,000 \+ seven 5,\d+ = .* of 8,000"):
        seven(tmp_path, ledger).take()
    assert ledger.waiting() == ()


def test_a_session_has_no_room_where_a_model_is(tmp_path, ledger):
    seven(tmp_path, ledger).take()

    assert ledger.try_admit(session(4000), Looked(machine())) is None
    assert ledger.try_admit(session(1000), Looked(machine()))


def test_it_goes_before_those_who_wait_as_its_session_is_let_in_already(tmp_path, ledger):
    ledger.try_admit(session(1000), Looked(machine()))
    waits = ledger.ask(session(7500, "sk-2"), Looked(machine()))
    assert waits.lease is None

    assert seven(tmp_path, ledger).take()


def test_until_it_is_loaded_what_it_will_take_is_still_measured_as_free(tmp_path, ledger):
    before, after = machine(free=7000), machine(free=1500)
    residency = seven(tmp_path, ledger, before)
    residency.take()
    assert ledger.try_admit(session(2500), Looked(before)) is None

    residency.in_use()
    assert [lease.ask.pending for lease in ledger.leases()] == [False]
    assert ledger.try_admit(session(1400), Looked(after))


def test_a_keeper_takes_over_what_was_claimed_for_it(tmp_path, ledger):
    claimed = seven(tmp_path, ledger).take()
    keeper = seven(tmp_path, ledger)

    assert keeper.take_over(claimed.token).token == claimed.token
    assert len(ledger.leases()) == 1


def test_a_keeper_claims_it_itself_where_that_was_lost_meanwhile(tmp_path, ledger):
    claimed = seven(tmp_path, ledger).take()
    ledger.release(claimed)

    assert seven(tmp_path, ledger).take_over(claimed.token).token != claimed.token


def test_a_keeper_that_found_another_plan_claims_what_that_one_needs(tmp_path, ledger):
    claimed = seven(tmp_path, ledger).take()
    bigger = Residency(plan(tmp_path, slots=2), TOWN, ledger, machine)
    bigger.take_over(claimed.token)

    assert [one.ask.demand.capacity for one in ledger.leases()] == [bigger.plan.residency]


def test_it_is_renewed_in_time(tmp_path, ledger, clock):
    residency = seven(tmp_path, ledger)
    residency.take()
    for _ in range(20):
        clock.now += ledger.lease_s / 3
        residency.keep()

    assert len(ledger.leases()) == 1


def test_one_that_was_lost_is_claimed_anew_while_there_is_room(tmp_path, ledger, clock):
    residency = seven(tmp_path, ledger)
    first = residency.take()
    clock.now += ledger.lease_s + 1
    other = ledger.try_admit(session(1000), Looked(machine()))  # and buries it
    residency.keep()
    assert residency.lease is not None
    assert residency.lease.token != first.token

    clock.now += ledger.lease_s + 1
    ledger.release(other)
    assert ledger.try_admit(session(7000), Looked(machine()))
    with pytest.raises(OvercommitError, match="more than the machine lends"):
        residency.keep()
    residency.release()


def test_a_ledger_that_is_gone_with_its_town_is_not_made_anew(tmp_path, clock):
    folder = tmp_path / "state"
    ledger = AdmissionLedger(folder / "a.db", clock=clock, dead=lambda _: False)
    residency = seven(tmp_path, ledger)
    residency.take()
    folder.rename(tmp_path / "elsewhere")
    clock.now += ledger.lease_s / 2

    residency.keep()
    residency.in_use()
    residency.release()
    ledger.close()

    assert not folder.exists()


def test_only_what_is_wanted_counts_and_each_holder_once(tmp_path, ledger):
    for _ in range(2):
        ledger.try_admit(session(100), Looked(machine()))

    found = holders(ledger.leases(), Capacity(vram_mib=1))
    assert found == {"sk-1": Capacity(vram_mib=200)}
