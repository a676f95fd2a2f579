"""Many real processes share a PC, and some are killed -9 at any moment."""

import random
import signal
import subprocess
import sys
import time

import pytest

from gastown.machine.admission.gate import Gate
from gastown.machine.admission.ledger import AdmissionLedger
from gastown.machine.holder import is_dead
from tests.gastown.machine.admission.events import events, replay
from tests.gastown.machine.admission.given import PC, session

SOON_S = 60.0  # a busy machine may take its time; what hangs takes longer
WALK = """
import random, sys, time
from pathlib import Path
from gastown.machine.admission.gate import Gate
from gastown.machine.admission.ledger import AdmissionLedger
from tests.gastown.machine.admission.given import PC, want

chance = random.Random(int(sys.argv[2]))
with Gate(AdmissionLedger(Path(sys.argv[1])), lambda: PC) as gate:
    print("ready", flush=True)
    while True:
        with gate.admitted(want(sandboxes=1, vram_mib=chance.randint(1, 8))):
            time.sleep(chance.random() / 100)
"""
HOLD = """
import sys, time
from pathlib import Path
from gastown.machine.admission.ledger import AdmissionLedger
from tests.gastown.machine.admission.given import PC, session

for _ in range(2):
    AdmissionLedger(Path(sys.argv[1])).try_admit(session(), PC)
print("ready", flush=True)
time.sleep(60)
"""


@pytest.fixture
def ledger(tmp_path):
    made = AdmissionLedger(tmp_path / "a.db")
    yield made
    made.close()


@pytest.fixture
def start(ledger):
    """Starts a process; none of them outlives the test."""
    started: list[subprocess.Popen[bytes]] = []

    def _start(code: str, *arguments: object) -> "subprocess.Popen[bytes]":
        argv = [sys.executable, "-c", code, str(ledger.path), *map(str, arguments)]
        started.append(subprocess.Popen(argv, stdout=subprocess.PIPE))
        assert started[-1].stdout is not None
        assert started[-1].stdout.readline() == b"ready\n"
        return started[-1]

    yield _start
    for process in started:
        process.kill()
        process.communicate()


def test_what_a_killed_process_held_goes_to_who_waits_and_is_freed_once(ledger, start):
    holder = start(HOLD)
    with Gate(ledger, lambda: PC) as gate:
        first, second = gate.ask(session()), gate.ask(session())
        assert first.lease is None

        holder.send_signal(signal.SIGKILL)

        assert first.wait(SOON_S) is not None
        assert second.wait(SOON_S) is not None
    assert [kind for _, kind, *_ in events(ledger.path)].count("died") == 2
    assert replay(ledger.path).wrongs == []


def test_a_waiter_that_is_killed_swallows_no_wake_up(ledger, start):
    held = [ledger.try_admit(session(), PC) for _ in range(2)]
    ghost = start(WALK, 0)
    until(lambda: len(ledger.waiting()) == 1)
    with Gate(ledger, lambda: PC) as gate:
        waits = gate.ask(session())
        ghost.kill()  # and not waited for: a zombie is dead too
        ledger.release(held[0])
        ledger.release(held[1])

        assert waits.wait(SOON_S) is not None


def test_processes_that_are_killed_at_any_moment_leave_the_ledger_true(ledger, start):
    chance = random.Random(7)
    walkers = [start(WALK, number) for number in range(3)]
    for number in range(4):
        time.sleep(chance.random() / 2)
        victim = walkers.pop(chance.randrange(len(walkers)))
        victim.send_signal(signal.SIGKILL)
        walkers.append(start(WALK, 10 + number))
    for walker in walkers:
        walker.kill()
        walker.wait()

    ledger.look(PC)

    found = replay(ledger.path)
    assert found.wrongs == []
    assert found.held == {}
    assert (ledger.leases(), ledger.waiting()) == ((), ())
    assert [kind for _, kind, *_ in events(ledger.path)].count("granted") > 20
    Gate(ledger, lambda: PC).close()
    assert [bell for bell in ledger.bells.iterdir() if is_dead(bell.name.partition("~")[0])] == []


def until(true) -> None:
    end = time.monotonic() + SOON_S
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)
