"""SqliteLedger: the ledger of a town, one SQLite file that many threads and processes share."""

import os
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from gastown.beads.ledger import Clock, utc_now
from gastown.beads.sqlite_schema import connect
from gastown.beads.sqlite_store import SqliteStore
from gastown.beads.store_ledger import StoreLedger
from gastown.errors import LedgerError
from gastown.sqlite_file import await_room, failed


class SqliteLedger(StoreLedger):
    """A ledger in one file, made when it is not there.

    Any thread may call it: each call borrows a connection of its own. Writers queue; whoever waits
    longer than a minute, also for room on the disk, gets LedgerError. Close it with `close_store`,
    or use it in a `with`.
    """

    def __init__(self, path: Path, *, clock: Clock = utc_now) -> None:
        super().__init__(clock)
        self._path = path
        self._process = os.getpid()
        self._idle: list[sqlite3.Connection] = []
        self._inherited: list[sqlite3.Connection] = []
        self._is_closed = False
        self._idle.append(connect(path))

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    def close_store(self) -> None:
        """Close the file; further calls raise LedgerError."""
        self._is_closed = True
        while self._idle:
            self._idle.pop().close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close_store()

    @contextmanager
    def _reading(self) -> Generator[SqliteStore]:
        with self._transaction("BEGIN") as db:
            yield SqliteStore(db)

    @contextmanager
    def _writing(self) -> Generator[SqliteStore]:
        await_room(self._path)
        with self._transaction("BEGIN IMMEDIATE") as db:
            store = SqliteStore(db)
            yield store
            store.settle()

    @contextmanager
    def _transaction(self, begin: str) -> Generator[sqlite3.Connection]:
        db = self._borrow()
        try:
            db.execute(begin)
            yield db
            db.execute("COMMIT")
        except sqlite3.Error as error:
            db.close()
            raise failed(self._path, error) from error
        except Exception:
            db.execute("ROLLBACK")
            self._give_back(db)
            raise
        except BaseException:
            db.close()
            raise
        self._give_back(db)

    def _borrow(self) -> sqlite3.Connection:
        if self._is_closed:
            raise LedgerError(f"{self._path}: this ledger was closed")
        if self._process != os.getpid():
            # SQLite's connections do not survive a fork; closing them here would harm the parent's.
            self._inherited, self._idle, self._process = self._idle, [], os.getpid()
        try:
            return self._idle.pop()
        except IndexError:
            return connect(self._path)

    def _give_back(self, db: sqlite3.Connection) -> None:
        if self._is_closed:
            db.close()
        else:
            self._idle.append(db)
