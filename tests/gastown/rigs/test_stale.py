"""Lock files of dead gits are removed; those of living ones are waited for."""

import os
import threading
import time

import pytest

from gastown.rigs.git import Repo
from gastown.rigs.stale import clear_stale_locks
from tests.gastown.rigs.given import POLECAT, a_rig, write


@pytest.fixture
def repo(tmp_path):
    return Repo(a_rig(tmp_path).canonical)


def test_what_a_dead_git_left_is_removed_and_work_goes_on(repo):
    left = [repo.folders()[0] / "index.lock", repo.folders()[1] / "refs" / "heads" / "main.lock"]
    for lock in left:
        lock.touch()
        os.utime(lock, (1, 1))

    removed = clear_stale_locks(*repo.folders())

    write(repo.path, {"a": "1"})
    assert sorted(removed) == sorted(left)
    assert repo.commit_all("One", POLECAT)


def test_a_lock_that_goes_away_by_itself_is_waited_for(repo):
    lock = repo.folders()[0] / "index.lock"
    lock.touch()
    threading.Timer(0.2, lock.unlink).start()

    assert clear_stale_locks(*repo.folders(), patience_s=5) == []


def test_a_young_lock_is_removed_once_patience_is_over(repo):
    lock = repo.folders()[0] / "index.lock"
    lock.touch()
    start = time.monotonic()

    removed = clear_stale_locks(*repo.folders(), patience_s=0.3)

    assert removed == [lock]
    assert 0.2 < time.monotonic() - start < 2


def test_our_own_lock_file_is_no_gits(repo):
    with repo.shared():
        os.utime(repo.folders()[1] / "gastown.lock", (1, 1))

        assert clear_stale_locks(*repo.folders()) == []
