"""What a full disk looks like: to the system, to SQLite, to git, and in words."""

import errno
import sqlite3
from itertools import pairwise
from pathlib import Path

import pytest

from gastown.beads.bead import Draft
from gastown.beads.sqlite import SqliteLedger
from gastown.disk import await_room, brief_of, is_full, outage_in, said_of
from gastown.errors import (
    CapacityError,
    DiskFullError,
    GitDiskFullError,
    GitError,
    LedgerDiskFullError,
    LedgerError,
    UnreachableError,
)
from gastown.rigs.clone import init
from gastown.rigs.git import Repo
from tests.chaos.disk import disk as mounted

NO_ROOM = OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture
def small(tmp_path):
    """A disk of its own, and how to fill it."""
    folder = tmp_path / "small"
    with mounted(folder) as one:
        if one is None:
            pytest.skip("no tmpfs can be mounted here")
        yield folder, one
        one.clear()


@pytest.fixture
def hasty(monkeypatch):
    """A ledger that waits for room for a moment only."""
    monkeypatch.setattr("gastown.sqlite_file.PATIENCE", 0.1)


def chained(*errors: Exception) -> Exception:
    """The first, raised from the second, and so on."""
    for one, cause in pairwise(errors):
        one.__cause__ = cause
    return errors[0]


def test_an_error_of_the_system_is_known_whatever_it_was_wrapped_in(tmp_path):
    found = outage_in(chained(ValueError("no report"), NO_ROOM), tmp_path)

    assert isinstance(found, DiskFullError)
    assert found.kind == "disk"
    assert "no report; the disk at " in str(found)
    assert " MiB are free" in str(found)
    assert found.brief == brief_of(tmp_path)


def test_an_outage_that_is_named_already_is_the_one_that_stands_behind(tmp_path):
    away = UnreachableError("away: git fetch", brief="away")

    assert outage_in(away, tmp_path) is away
    assert outage_in(chained(GitError("x"), away), tmp_path) is away


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.EACCES, "Permission denied"),
        ValueError("No space left on device"),
        sqlite3.OperationalError("database or disk is full"),  # said, and not by SQLite
        chained(CapacityError("busy", kind="provider"), NO_ROOM),
    ],
)
def test_other_errors_are_no_outage(error, tmp_path):
    assert outage_in(error, tmp_path) is None


def test_who_says_that_the_cause_does_not_count_is_believed(tmp_path):
    error = ValueError("x")
    error.__context__, error.__suppress_context__ = NO_ROOM, True

    assert outage_in(error, tmp_path) is None


def test_a_disk_with_room_is_not_waited_for(tmp_path):
    def sleep(_: float) -> None:
        raise AssertionError

    await_room(tmp_path / "not" / "there" / "yet", 60, sleep=sleep)


def test_a_full_disk_is_named_with_what_is_free(small):
    folder, one = small
    assert not is_full(folder)

    one.fill()

    assert is_full(folder / "later.db")
    assert said_of(folder / "a", "a") == (f"a; the disk at {folder} is full: 0 of 400 MiB are free")


def test_room_is_waited_for_until_there_is_some_but_not_for_ever(small):
    folder, one = small
    one.fill()
    clock, naps = iter(range(100)), list[float]()

    await_room(folder, 3, clock=lambda: float(next(clock)), sleep=naps.append)
    assert len(naps) == 2

    await_room(folder, 99, clock=lambda: 0.0, sleep=lambda _: one.clear())
    assert not is_full(folder)


@pytest.mark.usefixtures("hasty")
def test_a_ledger_on_a_full_disk_says_so_writes_nothing_and_goes_on_later(small):
    folder, one = small
    with SqliteLedger(folder / "beads.db") as ledger:
        ledger.create(Draft(title="before"))
        one.fill()
        with pytest.raises(LedgerDiskFullError, match="is full: 0 of 400 MiB") as caught:
            ledger.create(Draft(title="during", description="x" * 1_000_000))
        one.clear()
        ledger.create(Draft(title="after"))

        assert [bead.title for bead in ledger.find()] == ["before", "after"]
    assert isinstance(caught.value, LedgerError)


def test_git_on_a_full_disk_says_so_and_goes_on_later(small):
    folder, one = small
    repo = Repo(init(folder / "repo"))
    Path(repo.path, "a").write_bytes(bytes(range(256)) * 4_000)
    one.fill()
    with pytest.raises(GitDiskFullError, match="is full: 0 of 400 MiB") as caught:
        repo.commit_all("One", "A <a@x.test>")
    one.clear()

    assert repo.commit_all("One", "A <a@x.test>")
    assert isinstance(caught.value, GitError)
