"""The tables of the spend ledger's file, and how a connection to it is opened."""

import sqlite3
from pathlib import Path

from gastown.sqlite_file import Schema, open_file

VERSION = 1

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
    statements = (*_TABLES, *_triggers())
    return open_file(path, Schema("a spend ledger", VERSION, statements, synchronous="FULL"))


def _triggers() -> list[str]:
    return [
        f"CREATE TRIGGER {table}_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'the spend ledger is append-only'); END"
        for table in _KEPT
        for verb in ("UPDATE", "DELETE")
    ]
