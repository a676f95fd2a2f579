"""SqliteSpendLedger: the town's spend ledger, one file that threads and processes share."""

import os
import sqlite3
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from gastown.beads.ledger import Clock, utc_now
from gastown.money.books import Books
from gastown.money.schema import connect
from gastown.money.sqlite_store import SqliteSpendStore
from gastown.sqlite_file import await_room, failed


class SqliteSpendLedger(Books):
    """A spend ledger in one file, made when it is first used.

    Any thread may call it: each call borrows a connection. Writers queue: the threads of a process
    at a lock, since SQLite makes those who wait sleep, and processes at the file, where whoever
    waits longer than a minute, also for room on the disk, gets LedgerError. Connections close when
    the ledger is forgotten.
    """

    def __init__(self, path: Path, *, clock: Clock = utc_now) -> None:
        super().__init__(clock)
        self.path = path
        self._process = os.getpid()
        self._turn = threading.Lock()
        self._idle: list[sqlite3.Connection] = []
        self._inherited: list[sqlite3.Connection] = []

    def close(self) -> None:
        """Close the file; the next call opens it again."""
        while self._idle:
            self._idle.pop().close()

    def __del__(self) -> None:
        self.close()

    @contextmanager
    def _reading(self) -> Generator[SqliteSpendStore]:
        with self._transaction("BEGIN") as db:
            yield SqliteSpendStore(db)

    @contextmanager
    def _writing(self) -> Generator[SqliteSpendStore]:
        self._mind_forks()
        await_room(self.path)
        with self._turn, self._transaction("BEGIN IMMEDIATE") as db:
            yield SqliteSpendStore(db)

    @contextmanager
    def _transaction(self, begin: str) -> Generator[sqlite3.Connection]:
        self._mind_forks()
        db = self._borrow()
        try:
            db.execute(begin)
            yield db
            db.execute("COMMIT")
        except sqlite3.Error as error:
            db.close()
            raise failed(self.path, error) from error
        except BaseException:
            db.close()  # what was not committed is rolled back
            raise
        self._idle.append(db)

    def _mind_forks(self) -> None:
        """SQLite's connections do not survive a fork; closing them would harm the parent's."""
        if self._process != os.getpid():
            self._inherited, self._idle = self._idle, []
            self._turn, self._process = threading.Lock(), os.getpid()

    def _borrow(self) -> sqlite3.Connection:
        try:
            return self._idle.pop()
        except IndexError:
            return connect(self.path)
