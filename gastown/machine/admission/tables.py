"""The tables of the admission ledger, and how a connection to it is opened.

`events` is the trace: from it alone one can tell what was held at any instant. It is cut at its old
end; what stands in `leases` and `waiters` needs none of it.
"""

import sqlite3
from pathlib import Path

from gastown.sqlite_file import Schema, open_file

VERSION = 1
KEPT_EVENTS = 20_000

# AUTOINCREMENT: a token is never given twice, also after its row is gone.
_TABLES = """
CREATE TABLE leases (
  token INTEGER PRIMARY KEY AUTOINCREMENT,
  ticket INTEGER NOT NULL UNIQUE,
  holder TEXT NOT NULL,
  ask TEXT NOT NULL,
  amounts TEXT NOT NULL,
  pending INTEGER NOT NULL,
  granted_at REAL NOT NULL,
  expires_at REAL NOT NULL,
  ends_at REAL,
  because TEXT NOT NULL
);
CREATE TABLE waiters (
  ticket INTEGER PRIMARY KEY AUTOINCREMENT,
  rank REAL NOT NULL,
  holder TEXT NOT NULL,
  bell TEXT NOT NULL,
  ask TEXT NOT NULL,
  amounts TEXT NOT NULL,
  cap TEXT NOT NULL,
  expect_s REAL,
  asked_at REAL NOT NULL,
  seen_at REAL NOT NULL
);
CREATE INDEX waiters_order ON waiters (rank, ticket);
CREATE TABLE foreign_use (
  server TEXT NOT NULL,
  name TEXT NOT NULL,
  amount INTEGER NOT NULL,
  PRIMARY KEY (server, name)
) WITHOUT ROWID;
CREATE TABLE published (
  id TEXT PRIMARY KEY,
  server TEXT NOT NULL,
  token INTEGER NOT NULL,
  names TEXT NOT NULL,
  slots INTEGER NOT NULL,
  until REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE events (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  at REAL NOT NULL,
  kind TEXT NOT NULL,
  ticket INTEGER NOT NULL,
  token INTEGER,
  body TEXT NOT NULL
);
"""


def connect(path: Path) -> sqlite3.Connection:
    """Open the ledger; whoever calls it first makes it. A power cut ends every holder too.

    Raises LedgerError when the file cannot be opened, or was written by a newer version.
    """
    return open_file(path, Schema("an admission ledger", VERSION, _TABLES.split(";")))
