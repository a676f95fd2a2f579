"""A process that stands still tells, when it is asked, at which line each of its threads is."""

import subprocess
import sys

import pytest

from gastown.machine.stacks import ask_stacks, tell_stacks

SLEEPER = """
import sys, threading
from pathlib import Path
from gastown.machine.stacks import tell_stacks

def wait_in_vain():
    threading.Event().wait()

tell_stacks(Path(sys.argv[1]))
threading.Thread(target=wait_in_vain, daemon=True).start()
print("ready", flush=True)
stuck = threading.Lock()
stuck.acquire()
stuck.acquire()
"""


def test_every_thread_of_a_process_that_waits_for_ever_is_told(tmp_path):
    file = tmp_path / "logs" / "stacks.log"
    argv = [sys.executable, "-c", SLEEPER, str(file)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"

        first, second = (ask_stacks(process.pid, file) for _ in range(2))
        alive = process.poll() is None
        process.kill()

    for told in (first, second):
        assert "wait_in_vain" in told
        assert "in <module>" in told
    assert alive


def test_a_full_disk_keeps_no_process_from_its_work(tmp_path):
    nowhere = tmp_path / "file"
    nowhere.write_text("")

    tell_stacks(nowhere / "stacks.log")


def test_of_a_process_that_is_gone_nothing_can_be_asked(tmp_path):
    file = tmp_path / "stacks.log"
    file.touch()
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()

    with pytest.raises(ProcessLookupError):
        ask_stacks(process.pid, file)
