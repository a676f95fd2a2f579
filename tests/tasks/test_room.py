"""What a person starts beside a convoy takes a place on the PC, waits for it, and gives it back."""

import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from typing import TypeVar

import pytest

from gastown.machine.admission.ask import Ask, Demand
from gastown.machine.admission.gate import Gate
from gastown.machine.admission.here import offered, open_ledger
from gastown.placement.routes import A_SANDBOX
from gastown.rehearsal.pace import UNPACED
from gastown.rehearsal.script import Script
from gastown.rehearsal.server import RehearsalServer
from gastown.town.town import Town
from tasks.gauge_alone import Wish, gauge_alone
from tasks.room import WHO_HOLDS, Tell, room
from tasks.scan_alone import scan_alone
from tasks.spotting import Aim, record_truth, spot
from tests.tasks.oak import make_oak
from tests.tasks.scanned import reading, town_of
from tests.tasks.sightseeing import make_build, make_town, script

T = TypeVar("T")

ONE = "[machine]\nsandboxes = 1\n"
HELD = """
import sys, time
from pathlib import Path
from gastown.town.town import Town
from tasks.room import room
with room(Town.open(Path(sys.argv[1])), "gauger", title="gauge field"):
    print("in", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def oak(tmp_path) -> Town:
    return make_oak(tmp_path, ONE)


def leases(town: Town) -> list[tuple[str, int]]:
    with closing(open_ledger(town.layout, town.config.machine)) as ledger:
        return [(one.ask.title, one.ask.demand.capacity.sandboxes) for one in ledger.leases()]


@contextmanager
def full(town: Town) -> Generator[None]:
    """A convoy's steps have every sandbox of the PC."""
    with (
        closing(open_ledger(town.layout, town.config.machine)) as ledger,
        Gate(ledger, offered(town.config)) as gate,
    ):
        for number in range(town.config.machine.sandboxes):
            assert gate.try_admit(Ask(f"step-{number}", Demand(A_SANDBOX)))
        yield


def waits_for_room(town: Town, work: Callable[[Tell], T], title: str) -> T:
    """Do the work on a full PC; it says that it waits, begins once there is room, and leaves it."""
    told: queue.SimpleQueue[str] = queue.SimpleQueue()
    done: list[T] = []
    at_work = threading.Thread(target=lambda: done.append(work(told.put)))
    with full(town):
        at_work.start()
        said = told.get(timeout=60)
        assert told.empty()
        has = town.config.machine.sandboxes
        because = f"waits for sandboxes: {has} taken + 1 asked of {has}"
        assert said == f"{title}: {because}; {WHO_HOLDS}"
        assert not done
    at_work.join()
    assert leases(town) == []
    return done[0]


def test_it_holds_one_sandbox_under_a_title_until_its_end(oak):
    told: list[str] = []
    with room(oak, "gauger", title="gauge field", tell=told.append):
        assert leases(oak) == [("gauge field", 1)]
    assert (leases(oak), told) == ([], [])


def test_it_is_free_again_when_the_work_fails(oak):
    with pytest.raises(ZeroDivisionError), room(oak, "gauger", title="gauge field"):
        _ = 1 // 0
    assert leases(oak) == []


def test_it_is_free_again_when_who_has_it_is_killed(oak):
    argv = [sys.executable, "-c", HELD, str(oak.root)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        try:
            assert holder.stdout.readline() == b"in\n"
            assert leases(oak) == [("gauge field", 1)]
        finally:
            holder.kill()
    with room(oak, "spotter", title="capture page"):
        assert leases(oak) == [("capture page", 1)]


def test_who_is_stopped_while_he_waits_leaves_the_queue(oak):
    argv = [sys.executable, "-c", HELD, str(oak.root)]
    with (
        full(oak),
        closing(open_ledger(oak.layout, oak.config.machine)) as ledger,
        subprocess.Popen(argv, stdout=subprocess.PIPE) as waiter,
    ):
        try:
            while not ledger.waiting() and waiter.poll() is None:
                time.sleep(0.05)
            assert [one.ask.title for one in ledger.waiting()] == ["gauge field"]
        finally:
            waiter.kill()
    with room(oak, "spotter", title="capture page"):
        assert leases(oak) == [("capture page", 1)]


def test_a_gauge_waits_for_its_turn_beside_a_convoy(tmp_path):
    files = {"tests/test_a.py": "def test_a(): pass\n"}
    with town_of(tmp_path, Script({}), files) as town:
        result = waits_for_room(
            town, lambda tell: gauge_alone(town, "garden", Wish(build=False), tell), "gauge garden"
        )
    assert result.good


def test_a_scan_waits_for_its_turn_too(tmp_path):
    turns = Script({("watchdog", "scan garden", 1): (reading("Nothing."),)})
    with town_of(tmp_path, turns, {"a.py": "a = 1\n", "tests/test_a.py": ""}) as town:
        report = waits_for_room(
            town, lambda tell: scan_alone(town, "garden", tell=tell), "scan garden"
        )
    assert report.summary == "Nothing."


def test_references_are_captured_in_turn(tmp_path, oak):
    build = make_build(tmp_path / "build")
    (made,) = waits_for_room(
        oak, lambda tell: record_truth(oak, Aim(str(build)), tell=tell), "capture build"
    )
    assert (made.place, made.change) == ("card/card.png", "new")


def test_a_capture_is_over_before_a_model_takes_its_place(tmp_path):
    """With one sandbox: held any longer, the model would wait for it for ever."""
    build = make_build(tmp_path / "build")
    record_truth(None, Aim(str(build)))
    picture = (build / ".truth" / "card" / "card.png").read_bytes()
    judge = script(picture, {0: "pass", 3: "pass"}, {0: "fail", 3: "fail"})
    with RehearsalServer(judge, pace=UNPACED) as server:
        town = make_town(tmp_path, server.url, sandboxes=1)
        seen = waits_for_room(
            town, lambda tell: spot(town, Aim(str(build)), tell=tell), "capture build"
        )
    assert seen.verdict == "pass"
