"""file_lock: one holder at a time, also across kill -9."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gastown.rigs.lock import file_lock, held
from tests.gastown.rigs.given import alone, at_once


def _count(folder: Path, times: int = 20) -> None:
    for _ in range(times):
        with file_lock(folder / "lock"):
            number = int((folder / "count").read_text())
            time.sleep(0.0005)
            (folder / "count").write_text(str(number + 1))


def test_processes_take_turns(tmp_path):
    (tmp_path / "count").write_text("0")

    at_once(_count, [tmp_path] * 4)

    assert (tmp_path / "count").read_text() == "80"


def test_threads_take_turns(tmp_path):
    (tmp_path / "count").write_text("0")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(_count, [tmp_path] * 4))

    assert (tmp_path / "count").read_text() == "80"


def test_only_the_holder_hands_the_lock_on(tmp_path):
    with file_lock(tmp_path / "one"), file_lock(tmp_path / "two"):
        inside = len(held())

    assert (inside, len(held())) == (2, 0)


def _fail_inside(lock: Path) -> None:
    with file_lock(lock):
        raise KeyError


def test_an_error_in_the_block_frees_the_lock(tmp_path):
    for _ in range(2):
        with pytest.raises(KeyError):
            _fail_inside(tmp_path / "lock")

    assert not held()


def _die_with_a_child_at_work(folder: Path) -> None:
    with file_lock(folder / "lock"):
        line = f"import time; time.sleep(0.5); open({str(folder / 'done')!r}, 'w')"
        subprocess.Popen([sys.executable, "-c", line], pass_fds=held())
        os.kill(os.getpid(), signal.SIGKILL)


def test_a_killed_holders_child_keeps_the_lock_until_it_is_through(tmp_path):
    code = alone(_die_with_a_child_at_work, tmp_path)

    with file_lock(tmp_path / "lock"):
        assert (tmp_path / "done").exists()
    assert code == -signal.SIGKILL
