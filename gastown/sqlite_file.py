"""sqlite_file: how the town opens its SQLite files: made by who comes first, never misread."""

import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from gastown import disk
from gastown.errors import LedgerDiskFullError, LedgerError

PATIENCE = 60.0
"""Seconds that a writer waits for its turn, and for room on the disk, before it gives up."""
_TRIES = 400
_PAUSE = 0.01


@dataclass(frozen=True, slots=True)
class Schema:
    """What lies in a file. `kind` is for errors, e.g. `a spend ledger`; versions count from 1.

    `synchronous` NORMAL: a killed process loses nothing, a power cut may lose the last moments and
    never the order of what is left. FULL: each commit is flushed.
    """

    kind: str
    version: int
    statements: Sequence[str]
    synchronous: Literal["NORMAL", "FULL"] = "NORMAL"


def open_file(path: Path, schema: Schema) -> sqlite3.Connection:
    """A connection to the file, which is made when it is not there; threads may share it.

    Raises:
        LedgerError: The file cannot be opened, is something else, or is of a newer version.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
        _prepare(db, path, schema)
    except (OSError, sqlite3.Error) as error:
        raise failed(path, error, f"cannot be opened as {schema.kind}: {error}") from error
    return db


def await_room(path: Path) -> None:
    """Wait while the disk of a file is full, as for other writers: up to `PATIENCE`."""
    disk.await_room(path, PATIENCE)


def failed(path: Path, error: Exception, said: str = "") -> LedgerError:
    """What it is that SQLite, or the system, said of a file. It is for the caller to raise."""
    told = str(error)
    if disk.behind(error, path):
        return LedgerDiskFullError(disk.said_of(path, path), brief=disk.brief_of(path))
    if not said and ("locked" in told or "busy" in told):
        said = f"another process has been writing for {PATIENCE:g} s; try again"
    return LedgerError(f"{path}: {said or told}")


def _prepare(db: sqlite3.Connection, path: Path, schema: Schema) -> None:
    try:
        if _version(db) == 0:
            _use_wal(db)
            _make(db, schema)
        db.execute(f"PRAGMA synchronous = {schema.synchronous}")
        _refuse_newer(_version(db), path, schema)
    except BaseException:
        db.close()
        raise


def _refuse_newer(version: int, path: Path, schema: Schema) -> None:
    if version > schema.version:
        raise LedgerError(
            f"{path}: written by a newer version (schema {version}, known: {schema.version});"
            " update this installation"
        )


def _use_wal(db: sqlite3.Connection) -> None:
    """SQLite does not wait for its turn when it changes the journal mode, so this does."""
    for left in range(_TRIES, -1, -1):
        try:
            db.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if left == 0 or "locked" not in str(error):
                raise
            time.sleep(_PAUSE)
        else:
            return


def _make(db: sqlite3.Connection, schema: Schema) -> None:
    """Whoever comes second finds the tables made."""
    db.execute("BEGIN IMMEDIATE")
    try:
        if _version(db) == 0:
            for statement in filter(str.strip, schema.statements):
                db.execute(statement)
            db.execute(f"PRAGMA user_version = {schema.version}")
        db.execute("COMMIT")
    except BaseException:
        db.execute("ROLLBACK")
        raise


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])
