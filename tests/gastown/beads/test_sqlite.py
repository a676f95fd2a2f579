"""SqliteLedger: what only a file that processes share can get wrong."""

import multiprocessing
import os
import signal
import sqlite3
import threading
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from gastown.beads.bead import Draft
from gastown.beads.sqlite import SqliteLedger
from gastown.beads.sqlite_store import _NEW, _OLD, _READY
from gastown.errors import LedgerError
from tests.gastown.beads.hammer import PRIZES, hammer


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "town" / "beads.db"


def sql(path: Path, statement: str) -> object:
    db = sqlite3.connect(path)
    try:
        with db:
            return db.execute(statement).fetchone()
    finally:
        db.close()


def test_thirty_processes_lose_nothing_and_each_prize_is_won_once(path: Path):
    blows = hammer(path, writers=30, seconds=2)

    assert blows.prizes == Counter({1: PRIZES})
    assert (blows.lost_increments, blows.lost_beads) == (0, 0)
    assert blows.writes > 30 * 5


def _write_until_killed(path: Path, told: Path) -> None:
    with SqliteLedger(path) as ledger, told.open("a") as file:
        for number in range(1_000_000):
            made = ledger.create_many([Draft(title=f"{number} {n}") for n in range(3)])
            file.write(" ".join(bead.id for bead in made) + "\n")
            file.flush()


def test_a_writer_killed_in_the_middle_leaves_all_it_was_told_of_and_a_store_that_works(
    path: Path, tmp_path: Path
):
    told = tmp_path / "told"
    context = multiprocessing.get_context("forkserver")
    for _ in range(4):
        process = context.Process(target=_write_until_killed, args=(path, told))
        process.start()
        size = told.stat().st_size if told.exists() else 0
        deadline = time.monotonic() + 30
        while not told.exists() or told.stat().st_size < size + 400:
            assert time.monotonic() < deadline
            time.sleep(0.005)
        os.kill(process.pid or 0, signal.SIGKILL)
        process.join()

    assert sql(path, "PRAGMA integrity_check") == ("ok",)
    complete = told.read_text().rpartition("\n")[0]
    with SqliteLedger(path) as ledger:
        here = {bead.id for bead in ledger.find()}
        assert set(complete.split()) <= here
        assert len(here) % 3 == 0
        bead = ledger.create(Draft(title="life goes on"))
        assert ledger.claim(bead.id, "me", timedelta(minutes=1)).token == 1


def test_a_claim_outlives_its_process(path: Path):
    with SqliteLedger(path) as ledger:
        bead = ledger.create(Draft(title="x")).id
        claim = ledger.claim(bead, "host:1:2", timedelta(minutes=1))
    with SqliteLedger(path) as ledger:
        assert ledger.claim_of(bead) == claim


def test_threads_read_while_one_writes(path: Path):
    with SqliteLedger(path) as ledger:
        stop = threading.Event()
        odd: list[int] = []

        def read() -> None:
            while not stop.is_set():
                odd.append(len(ledger.find()) % 5)

        threads = [threading.Thread(target=read) for _ in range(4)]
        for thread in threads:
            thread.start()
        for _ in range(20):
            ledger.create_many([Draft(title="x")] * 5)
        stop.set()
        for thread in threads:
            thread.join()

        assert set(odd) == {0}
        assert len(ledger.find()) == 100


def _make_one(path: Path, title: str) -> None:
    with SqliteLedger(path) as ledger:
        ledger.create(Draft(title=title))


def test_many_processes_may_found_the_store_at_once(path: Path):
    context = multiprocessing.get_context("forkserver")
    processes = [context.Process(target=_make_one, args=(path, str(n))) for n in range(12)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()

    assert [process.exitcode for process in processes] == [0] * 12
    with SqliteLedger(path) as ledger:
        assert sorted(bead.title for bead in ledger.find()) == sorted(map(str, range(12)))


def _make_here_and_in_a_fork(path: Path) -> None:
    with SqliteLedger(path) as ledger:
        ledger.create(Draft(title="parent"))
        fork = multiprocessing.get_context("fork")
        child = fork.Process(target=ledger.create, args=(Draft(title="child"),))
        child.start()
        child.join()
        assert child.exitcode == 0
        ledger.create(Draft(title="parent again"))


def test_a_fork_uses_connections_of_its_own(path: Path):
    """In a process with no other thread: a fork of one that has threads may die of them."""
    fresh = multiprocessing.get_context("forkserver")
    parent = fresh.Process(target=_make_here_and_in_a_fork, args=(path,))
    parent.start()
    parent.join()

    assert parent.exitcode == 0
    with SqliteLedger(path) as ledger:
        assert {bead.title for bead in ledger.find()} == {"parent", "child", "parent again"}
    assert sql(path, "PRAGMA integrity_check") == ("ok",)


def test_a_store_of_a_newer_version_is_refused_and_left_alone(path: Path):
    with SqliteLedger(path):
        pass
    sql(path, "PRAGMA user_version = 99")

    with pytest.raises(LedgerError, match=r"newer version \(schema 99, known: 1\)"):
        SqliteLedger(path)
    assert sql(path, "PRAGMA user_version") == (99,)


def test_a_file_that_is_no_store_is_refused_and_left_alone(tmp_path: Path):
    path = tmp_path / "beads.db"
    path.write_text("this is a shopping list\n" * 100)

    with pytest.raises(LedgerError, match=r"beads.db: cannot be opened as a ledger"):
        SqliteLedger(path)
    assert path.read_text().startswith("this is a shopping list")


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path):
    (tmp_path / "town").write_text("")

    with pytest.raises(LedgerError, match="cannot be opened"):
        SqliteLedger(tmp_path / "town" / "beads.db")


def test_a_closed_ledger_says_so(path: Path):
    ledger = SqliteLedger(path)
    ledger.close_store()

    with pytest.raises(LedgerError, match="this ledger was closed"):
        ledger.find()


def test_an_error_of_the_store_is_told_with_its_file(path: Path):
    with SqliteLedger(path) as ledger:
        sql(path, "DROP TABLE events")

        with pytest.raises(LedgerError, match=r"beads.db: no such table: events"):
            ledger.create(Draft(title="x"))
        assert ledger.find() == []


def test_asking_for_ready_walks_an_index_and_sorts_nothing(path: Path):
    with SqliteLedger(path):
        pass
    db = sqlite3.connect(path)
    for half in (_NEW, _OLD):
        values = {"now": 0, "recent": 0, "limit": 1}
        plan = db.execute(f"EXPLAIN QUERY PLAN {_READY.format(more='', **half)}", values).fetchall()
        assert [half["index"] in str(row) for row in plan] == [True]
    db.close()
