"""Processes: records of the dead are removed, strays are ended, the living are left alone."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta

import psutil
import pytest

from gastown.runner.folder import RunnerFolder
from gastown.runner.record import Served, write_served
from gastown.town.processes import MARK, mark_of, write_record
from tests.gastown.doctor.ward import Ward

SLEEP = "import time; time.sleep(120)"
Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture(autouse=True)
def _grown_up(ward: Ward) -> None:
    """Nothing is too young to count."""
    ward.later = timedelta(hours=1)


@pytest.fixture
def start(ward: Ward) -> Iterator[Start]:
    """Starts processes that carry the town's mark; gone after the test."""
    begun: list[subprocess.Popen[bytes]] = []

    def _start(*argv: str, **environ: str) -> "subprocess.Popen[bytes]":
        env = {MARK: mark_of(ward.town.layout), **environ}
        begun.append(subprocess.Popen([sys.executable, "-c", SLEEP, *argv], env=env))
        return begun[-1]

    yield _start
    for one in begun:
        one.kill()
        one.wait()


def killed(process: "subprocess.Popen[bytes]") -> None:
    process.kill()
    process.wait()


def test_the_record_of_a_worker_that_was_killed_is_removed(ward: Ward, start: Start):
    worker = start()
    record = ward.town.layout.worker_record
    write_record(record, worker.pid)
    killed(worker)

    assert ward.marks("processes") == [("processes", "worker.json")]
    assert ward.mended("processes") == ["removed"]
    assert not record.exists()


def test_a_town_that_is_down_keeps_its_servers_port_on_record(ward: Ward, start: Start):
    server = start()
    write_record(ward.town.layout.server_record, server.pid, "http://127.0.0.1:1/api")
    killed(server)

    assert ward.found("processes") == []


def test_half_a_town_wants_town_up(ward: Ward, start: Start):
    worker = start()
    write_record(ward.town.layout.worker_record, worker.pid)

    (found,) = ward.found("processes")

    assert found.said == "the server is gone, though the worker runs"
    assert (found.advice, found.mend) == ("town up", "")
    assert worker.poll() is None


def test_a_server_that_does_not_listen_is_told(ward: Ward, start: Start):
    write_record(ward.town.layout.server_record, start().pid, "http://127.0.0.1:1/api")
    write_record(ward.town.layout.worker_record, start().pid)

    (found,) = ward.found("processes")

    assert found.said.endswith("does not listen at its port 1")


def test_a_process_on_no_record_is_ended_and_those_on_record_live(ward: Ward, start: Start):
    stray, orphan = start(), start(PREFECT__FLOW_RUN_ID="dead")
    run, own = start("prefect.engine", PREFECT__FLOW_RUN_ID="x"), start(PREFECT__FLOW_RUN_ID="x")
    other = start(**{MARK: "/another/town/.town"})
    keeper = start()
    write_served(RunnerFolder(ward.town.layout), served(keeper))

    assert {subject for _, subject in ward.marks("processes")} == {
        f"pid {stray.pid}",
        f"pid {orphan.pid}",
    }
    assert ward.mended("processes") == ["ended", "ended"]
    assert None not in (stray.poll(), orphan.poll())
    assert [one.poll() for one in (run, own, other, keeper)] == [None] * 4


def test_what_was_started_a_moment_ago_may_not_be_on_record_yet(ward: Ward, start: Start):
    ward.later = timedelta(0)
    start()

    assert ward.found("processes") == []


def test_the_record_and_key_of_a_killed_models_server_are_removed(ward: Ward, start: Start):
    folder, keeper = RunnerFolder(ward.town.layout), start()
    write_served(folder, served(keeper))
    key = folder.key("q7", keeper.pid)
    key.write_text("secret")
    assert ward.found("processes") == []
    killed(keeper)

    assert ward.mended("processes") == ["removed"]
    assert not key.exists()
    assert not folder.record("q7").exists()


def test_a_model_that_failed_keeps_its_record_for_the_reason(ward: Ward, start: Start):
    folder, keeper = RunnerFolder(ward.town.layout), start()
    failed = served(keeper).model_copy(update={"state": "failed", "reason": "no room"})
    write_served(folder, failed)
    killed(keeper)

    assert ward.found("processes") == []


def served(keeper: "subprocess.Popen[bytes]") -> Served:
    return Served(
        name="q7",
        state="ready",
        keeper=keeper.pid,
        keeper_started=psutil.Process(keeper.pid).create_time(),
        runner="llama",
        file="q7.gguf",
        context=4096,
        slots=1,
        kv="f16",
        cpus=(),
        vram_mib=0,
        ram_mib=1,
        since=0,
        drain_s=1,
    )
