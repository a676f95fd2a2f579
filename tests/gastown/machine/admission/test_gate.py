"""A process's way to the ledger: woken at once, cancelled for good, released once, renewed."""

import threading
import time

import pytest

from gastown.errors import LedgerDiskFullError, OvercommitError, StoppedError
from gastown.machine.admission.bell import Bell, ring, sweep
from gastown.machine.admission.gate import Gate
from gastown.machine.admission.ledger import AdmissionLedger
from tests.gastown.machine.admission.events import replay
from tests.gastown.machine.admission.given import PC, session, taken, want

SOON_S = 10.0  # a busy machine may take its time; what hangs takes longer


@pytest.fixture
def ledger(tmp_path):
    made = AdmissionLedger(tmp_path / "a.db")
    yield made
    made.close()
    assert replay(made.path).wrongs == []


@pytest.fixture
def gate(ledger):
    with Gate(ledger, lambda: PC) as made:
        yield made


@pytest.fixture
def other(tmp_path):
    """As another process would have it: a ledger and a bell of its own."""
    ledger = AdmissionLedger(tmp_path / "a.db")
    with Gate(ledger, lambda: PC) as made:
        yield made
    ledger.close()


def until(true) -> None:
    end = time.monotonic() + SOON_S
    while not true():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_a_block_holds_its_lease_and_gives_it_back_even_when_it_fails(gate, ledger):
    def work() -> None:
        with gate.admitted(session()) as lease:
            assert ledger.leases() == (lease,)
            raise KeyError

    with pytest.raises(KeyError):
        work()

    assert ledger.leases() == ()
    assert gate.holds() == ()


def test_twenty_threads_share_two_sandboxes_and_never_more(gate):
    inside, most, lock = 0, 0, threading.Lock()

    def work() -> None:
        nonlocal inside, most
        with gate.admitted(session()):
            with lock:
                inside += 1
                most = max(most, inside)
            time.sleep(0.002)
            with lock:
                inside -= 1

    threads = [threading.Thread(target=work) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SOON_S)

    assert (inside, most) == (0, 2)


def test_who_waits_behind_another_gate_is_rung_by_it(gate, other):
    held = [gate.ask(session()).lease for _ in range(2)]
    heard = threading.Event()
    waits = other.ask(session(), lambda _: heard.set())
    assert waits.lease is None
    assert "2 taken + 1 asked of 2" in waits.because

    gate.release(held[0])

    assert heard.wait(SOON_S)
    assert waits.wait(0) == waits.lease
    assert waits.lease in other.holds()


def test_an_ask_that_can_be_served_is_heard_before_it_returns(gate):
    heard = []

    ticket = gate.ask(session(), heard.append)

    assert heard == [ticket]
    assert ticket.lease.because == "there was room at once"


def test_a_cancelled_ticket_gets_nothing_and_wakes_who_waits_for_it(gate, ledger):
    held = [gate.ask(session()).lease for _ in range(2)]
    ticket = gate.ask(session())
    woken = []

    def wait() -> None:
        with pytest.raises(StoppedError, match="no longer waits"):
            ticket.wait()
        woken.append(True)

    thread = threading.Thread(target=wait)
    thread.start()

    assert gate.end(ticket)
    thread.join(SOON_S)

    assert woken == [True]
    assert not gate.end(ticket)
    gate.release(held[0])
    assert len(ledger.leases()) == 1


def test_a_lease_is_given_back_once_by_whoever_comes_first(gate, ledger):
    ticket = gate.ask(session())
    other = gate.ask(session())

    assert gate.end(ticket)
    assert not gate.end(ticket)
    assert not gate.release(ticket.lease)
    assert ledger.leases() == (other.lease,)


def test_a_wait_ends_in_time_and_leaves_the_queue(gate, ledger):
    for _ in range(2):
        gate.ask(session())

    with pytest.raises(TimeoutError, match=r"no lease within 0.05 s; waits for sandboxes"):
        gate.admitted(session(), timeout_s=0.05).__enter__()

    assert ledger.waiting() == ()


def test_what_holds_a_lease_gets_a_further_one_now_or_never(gate, ledger):
    gate.ask(want(p_cores=3))

    assert gate.try_admit(want(p_cores=2)) is None
    assert ledger.waiting() == ()
    assert gate.try_admit(want(p_cores=1)) in gate.holds()


def test_what_can_never_be_given_raises_and_waits_for_nothing(gate, ledger):
    with pytest.raises(OvercommitError, match="6 too many"):
        gate.ask(want(p_cores=10))
    assert ledger.waiting() == ()


def test_leases_are_renewed_while_they_are_held(tmp_path):
    ledger = AdmissionLedger(tmp_path / "a.db", lease_s=0.4)
    with Gate(ledger, lambda: PC) as gate, gate.admitted(session()) as lease:
        time.sleep(1)

        assert [one.token for one in ledger.leases()] == [lease.token]
    ledger.close()


def test_who_lost_a_lease_is_told_so(tmp_path):
    ledger, lost = AdmissionLedger(tmp_path / "a.db", lease_s=0.2), []
    with Gate(ledger, lambda: PC, lost=lost.append) as gate:
        lease = gate.ask(session()).wait()
        assert lease is not None
        ledger.release(lease)

        until(lambda: lost == [lease])
        assert not gate.release(lease)
    ledger.close()


def test_a_gate_that_closes_leaves_nothing_behind(ledger):
    with Gate(ledger, lambda: PC) as gate:
        for _ in range(4):
            gate.ask(session())

    assert (ledger.leases(), ledger.waiting()) == ((), ())
    assert list(ledger.bells.iterdir()) == []


def test_a_lost_ring_is_made_up_for_by_looking(gate, ledger, tmp_path):
    """A ringer that was killed between its commit and its ring."""
    held = [taken(ledger, session()) for _ in range(2)]

    ticket = gate.ask(session())
    (bell,) = ledger.bells.glob("*.bell")
    bell.rename(tmp_path / "hidden")  # nobody can ring it

    ledger.release(held[0])

    assert ticket.wait(SOON_S) is not None
    (tmp_path / "hidden").rename(bell)


def test_a_bell_wakes_once_for_all_rings_so_far(tmp_path):
    bell = Bell(tmp_path / "x.bell")
    assert not bell.wait(0)
    for _ in range(3):
        ring(bell.name)

    assert bell.wait(SOON_S)
    assert not bell.wait(0)
    bell.close()
    ring(bell.name)  # nobody is there: no matter


def test_where_there_are_no_pipes_one_looks_often_instead(tmp_path):
    (tmp_path / "x.bell").mkdir()  # mkfifo fails
    bell = Bell(tmp_path / "x.bell")

    begin = time.monotonic()
    assert bell.wait(60)
    assert time.monotonic() - begin < SOON_S


def test_bells_of_the_dead_are_swept_away(tmp_path):
    for name in ("h:1:2.0~0", "h:2:2.0~0"):
        Bell(tmp_path / f"{name}.bell")

    sweep(tmp_path, "h:1:2.0".__eq__)

    assert [path.name for path in tmp_path.iterdir()] == ["h:2:2.0~0.bell"]


def test_what_cannot_be_given_back_now_is_given_back_as_soon_as_the_ledger_can_be_written(
    gate, ledger, monkeypatch
):
    lease = gate.try_admit(session())
    waits = gate.ask(want(sandboxes=2))
    with monkeypatch.context() as full:
        for call in ("hand_over", "withdraw"):
            full.setattr(ledger, call, _full)
        assert gate.release(lease)
        assert gate.end(waits)
        assert ledger.leases() == (lease,)

    until(lambda: not ledger.leases() and not ledger.waiting())


def _full(*_: object) -> None:
    raise LedgerDiskFullError("no room", brief="full")
