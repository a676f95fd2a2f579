"""Lock files of dead gits are removed; those of living ones are waited for."""

import os
import threading
import time

import pytest

from gastown.rigs.clone import clone
from gastown.rigs.git import Repo
from gastown.rigs.lock import file_lock
from gastown.rigs.stale import clear_stale_locks
from gastown.rigs.worktree import add_worktree
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


@pytest.mark.parametrize(
    "name",
    [
        *("refs/remotes/origin/main.lock", "ORIG_HEAD.lock", "packed-refs.lock", "HEAD.lock"),
        *("FETCH_HEAD.lock", "shallow.lock", "index.lock", "logs/refs/remotes/origin/main.lock"),
        *("objects/maintenance.lock", "objects/info/commit-graphs/commit-graph-chain.lock"),
    ],
)
def test_no_lock_of_a_killed_git_stops_a_fetch_for_ever(repo, tmp_path, name):
    other = clone(str(tmp_path / "origin.git"), tmp_path / "other")
    write(other.path, {"b": "1"})
    other.commit_all("Elsewhere", POLECAT)
    other.push("main")
    lock = repo.path / ".git" / name
    lock.parent.mkdir(parents=True, exist_ok=True)
    lock.touch()
    os.utime(lock, (1, 1))

    repo.fetch()

    assert repo.rev("origin/main") == other.head()
    assert not lock.exists()


def test_what_a_git_died_of_in_a_worktree_does_not_stop_the_next(tmp_path):
    layout = a_rig(tmp_path)
    path = add_worktree(layout, layout.polecat("agate"), "work", "origin/main")
    lock = Repo(path).folders()[0] / "ORIG_HEAD.lock"
    lock.touch()
    os.utime(lock, (1, 1))

    Repo(add_worktree(layout, path, "work", "origin/main")).run("reset", "--hard", "origin/main")

    assert not lock.exists()


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


def test_a_lock_from_before_the_clock_was_set_back_is_removed_after_as_long(repo):
    lock = repo.folders()[0] / "index.lock"
    lock.touch()
    ahead = time.time() + 3600
    os.utime(lock, (ahead, ahead))

    assert clear_stale_locks(*repo.folders(), patience_s=0.2) == [lock]


def test_a_lock_that_another_git_took_meanwhile_is_waited_for_anew(repo):
    """Each take is younger than patience, all of them together are not."""
    lock = repo.folders()[0] / "index.lock"
    ahead = time.time() + 3600
    lock.touch()
    os.utime(lock, (ahead, ahead))
    for turn in range(1, 4):
        threading.Timer(0.3 * turn, os.utime, (lock, (ahead + turn, ahead + turn))).start()
    threading.Timer(1.2, lock.unlink).start()

    assert clear_stale_locks(*repo.folders(), patience_s=0.6) == []


@pytest.mark.parametrize("name", ["gastown.lock", "gastown-security.lock", "gastown-reading.lock"])
def test_our_own_lock_files_are_no_gits(repo, name):
    lock = repo.folders()[1] / name
    with file_lock(lock):
        os.utime(lock, (1, 1))

        assert clear_stale_locks(*repo.folders()) == []
        assert lock.exists()
