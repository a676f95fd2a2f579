"""Processes are known by pid and start time, found by the town's mark, ended to the last one."""

import json
import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from gastown.town.layout import TownLayout
from gastown.town.processes import (
    MARK,
    end,
    living,
    mark_of,
    marked,
    read_record,
    write_record,
)

SLEEP = "import time; time.sleep(60)"
DEAF = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("deaf", flush=True)
time.sleep(60)
"""
PARENT = """
import subprocess, sys, time
child = [sys.executable, "-c", "import time; time.sleep(60)"]
print(subprocess.Popen(child, env={}, start_new_session=True).pid, flush=True)
time.sleep(60)
"""


@pytest.fixture
def layout(tmp_path):
    return TownLayout(tmp_path)


@pytest.fixture
def start():
    started = []

    def _start(code, **env: str):
        process = subprocess.Popen(
            [sys.executable, "-c", code], env={**os.environ, **env}, stdout=subprocess.PIPE
        )
        started.append(process)
        return process

    yield _start
    for process in started:
        process.kill()
        process.communicate()


def test_a_recorded_process_is_found_while_it_lives(layout, start):
    child = start(SLEEP)
    write_record(layout.worker_record, child.pid, "http://x")

    record = read_record(layout.worker_record)

    assert record is not None
    assert record.url == "http://x"
    assert living(record) == psutil.Process(child.pid)
    child.kill()
    child.wait()
    assert living(record) is None


def test_a_dead_child_that_nobody_reaped_does_not_live(layout, start):
    child = start(SLEEP)
    record = write_record(layout.worker_record, child.pid)
    child.kill()
    while psutil.Process(child.pid).status() != psutil.STATUS_ZOMBIE:
        time.sleep(0.01)

    assert living(record) is None


def test_a_pid_that_the_kernel_gave_to_someone_else_is_not_the_recorded_process(layout, start):
    child = start(SLEEP)
    write_record(layout.worker_record, child.pid)
    stale = json.loads(layout.worker_record.read_text())
    stale["started"] -= 3600
    layout.worker_record.write_text(json.dumps(stale))

    assert living(read_record(layout.worker_record)) is None


@pytest.mark.parametrize("text", ["", "{", '{"pid": 1}', '{"pid": 1, "started": 1, "x": 2}'])
def test_a_torn_record_counts_as_none(layout, text):
    layout.worker_record.parent.mkdir(parents=True)
    layout.worker_record.write_text(text)

    assert read_record(layout.worker_record) is None


def test_only_processes_of_this_town_carry_its_mark(layout, start, tmp_path):
    ours = start(SLEEP, **{MARK: mark_of(layout), "COLOUR": "red"})
    start(SLEEP, **{MARK: mark_of(TownLayout(tmp_path / "other"))})

    found = marked(layout)

    assert [process.pid for process in found] == [ours.pid]
    assert found[psutil.Process(ours.pid)]["COLOUR"] == "red"


def test_this_process_and_its_parents_are_never_found(layout):
    code = (
        "from pathlib import Path; from gastown.town.layout import TownLayout; import sys;"
        "from gastown.town.processes import marked;"
        "print(len(marked(TownLayout(Path(sys.argv[1])))))"
    )
    env = {**os.environ, MARK: mark_of(layout)}
    out = subprocess.check_output([sys.executable, "-c", code, str(layout.root)], env=env)

    assert out.strip() == b"0"


def test_a_process_that_ignores_sigterm_is_killed_after_its_grace(start):
    deaf = start(DEAF)
    deaf.stdout.readline()

    assert end([psutil.Process(deaf.pid)], grace_s=0.2) == []

    assert not psutil.pid_exists(deaf.pid)


def test_a_stopped_process_is_ended_too(start):
    stuck = start(SLEEP)
    stuck.send_signal(signal.SIGSTOP)

    assert end([psutil.Process(stuck.pid)], grace_s=0.2) == []


def test_what_a_process_started_ends_with_it_even_in_a_session_of_its_own(start):
    parent = start(PARENT)
    grandchild = psutil.Process(int(parent.stdout.readline()))

    assert end([psutil.Process(parent.pid)], grace_s=2) == []

    assert not grandchild.is_running() or grandchild.status() == psutil.STATUS_ZOMBIE


def test_who_is_in_a_hurry_does_not_wait_for_the_grace(start):
    deaf = start(DEAF)
    deaf.stdout.readline()
    begin = time.monotonic()

    assert end([psutil.Process(deaf.pid)], grace_s=60, hurry=lambda: time.monotonic() > begin) == []

    assert time.monotonic() - begin < 10
