"""The tables of the spend ledger's file, and how a connection to it is opened."""

import sqlite3
import time
from pathlib import Path

from gastown.errors import LedgerError

VERSION = 1
PATIENCE = 60.0
"""Seconds that a writer waits for its turn before it gives up."""
_TRIES = 400
_PAUSE = 0.01

# Times are microseconds since 1970, days ISO dates, money micro-dollars. Triggers keep the record:
# rows are added, never changed.
_TABLES = (
    """CREATE TABLE reservations (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      attempt TEXT NOT NULL, turn INTEGER NOT NULL,
      micro_usd INTEGER NOT NULL CHECK (micro_usd >= 0),
      day TEXT NOT NULL, at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
      convoy TEXT NOT NULL, step TEXT NOT NULL,
      who TEXT NOT NULL,
      UNIQUE (attempt, turn))""",
    "CREATE INDEX reservations_step ON reservations (convoy, step)",
    """CREATE TABLE counts (
      scope TEXT NOT NULL, reservation INTEGER NOT NULL REFERENCES reservations,
      PRIMARY KEY (scope, reservation)) WITHOUT ROWID""",
    """CREATE TABLE entries (
      reservation INTEGER PRIMARY KEY REFERENCES reservations,
      outcome TEXT NOT NULL, at INTEGER NOT NULL, day TEXT NOT NULL,
      attempt TEXT NOT NULL, convoy TEXT NOT NULL, step TEXT NOT NULL, bead TEXT NOT NULL,
      rig TEXT NOT NULL, role TEXT NOT NULL, label TEXT NOT NULL, model TEXT NOT NULL,
      place TEXT NOT NULL, rule TEXT NOT NULL, price TEXT NOT NULL,
      seat_local TEXT NOT NULL, seat_burst TEXT NOT NULL, holder TEXT NOT NULL,
      requests INTEGER NOT NULL, fresh INTEGER NOT NULL, cached INTEGER NOT NULL,
      output INTEGER NOT NULL, unpriced INTEGER NOT NULL,
      micro_usd INTEGER NOT NULL CHECK (micro_usd >= 0), over INTEGER NOT NULL,
      joules INTEGER NOT NULL, power_micro_usd INTEGER NOT NULL, ms INTEGER NOT NULL)""",
    "CREATE INDEX entries_day ON entries (day)",
    "CREATE INDEX entries_over ON entries (model, reservation) WHERE over > 0",
    """CREATE TABLE earmarks (
      convoy TEXT NOT NULL, step TEXT NOT NULL, role TEXT NOT NULL,
      micro_usd INTEGER NOT NULL CHECK (micro_usd >= 0), at INTEGER NOT NULL,
      PRIMARY KEY (convoy, step)) WITHOUT ROWID""",
    """CREATE TABLE earmark_ends (
      convoy TEXT NOT NULL, step TEXT NOT NULL, at INTEGER NOT NULL,
      PRIMARY KEY (convoy, step)) WITHOUT ROWID""",
    """CREATE TABLE clears (
      model TEXT NOT NULL, reservation INTEGER NOT NULL, actor TEXT NOT NULL, at INTEGER NOT NULL,
      PRIMARY KEY (model, reservation)) WITHOUT ROWID""",
)
_KEPT = ("reservations", "counts", "entries", "earmarks", "earmark_ends", "clears")


def connect(path: Path) -> sqlite3.Connection:
    """A connection to the ledger's file, which is made when it is not there.

    Each commit is flushed: what was reserved before a power cut is known after it.

    Raises:
        LedgerError: The file cannot be opened, is no spend ledger, or is of a newer version.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
        _prepare(db, path)
    except (OSError, sqlite3.Error) as error:
        raise LedgerError(f"{path}: cannot be opened as a spend ledger: {error}") from error
    return db


def _prepare(db: sqlite3.Connection, path: Path) -> None:
    try:
        if _version(db) == 0:
            _use_wal(db)
            _make(db)
        db.execute("PRAGMA synchronous = FULL")
        _refuse_newer(_version(db), path)
    except BaseException:
        db.close()
        raise


def _refuse_newer(version: int, path: Path) -> None:
    if version > VERSION:
        raise LedgerError(
            f"{path}: written by a newer version (schema {version}, known: {VERSION});"
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


def _make(db: sqlite3.Connection) -> None:
    """Whoever comes second finds the tables made."""
    db.execute("BEGIN IMMEDIATE")
    try:
        if _version(db) == 0:
            for statement in (*_TABLES, *_triggers()):
                db.execute(statement)
            db.execute(f"PRAGMA user_version = {VERSION}")
        db.execute("COMMIT")
    except BaseException:
        db.execute("ROLLBACK")
        raise


def _triggers() -> list[str]:
    return [
        f"CREATE TRIGGER {table}_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'the spend ledger is append-only'); END"
        for table in _KEPT
        for verb in ("UPDATE", "DELETE")
    ]


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])
