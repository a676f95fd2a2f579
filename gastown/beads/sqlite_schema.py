"""The tables of the working store, and how a connection to it is opened.

A bead is one JSON text; beside it stand the columns that are filtered by. `blocked` is kept up to
date by whoever writes, so that `ready` is a walk along one index.
"""

import sqlite3
from pathlib import Path

from gastown.sqlite_file import Schema, open_file

VERSION = 1

# Times are microseconds since 1970. `place` sorts children by number.
_TABLES = """
CREATE TABLE beads (
  id TEXT PRIMARY KEY,
  place TEXT NOT NULL,
  status TEXT NOT NULL,
  done INTEGER NOT NULL,
  blocked INTEGER NOT NULL DEFAULT 0,
  priority INTEGER NOT NULL,
  issue_type TEXT NOT NULL,
  assignee TEXT NOT NULL,
  workable INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  defer_until INTEGER,
  body TEXT NOT NULL
);
CREATE INDEX beads_place ON beads (place);
CREATE INDEX beads_tops ON beads (id) WHERE instr(id, '.') = 0;
CREATE INDEX beads_type ON beads (issue_type, status);
CREATE INDEX beads_status ON beads (status);
CREATE INDEX beads_ready_old ON beads (created_at, place) WHERE workable = 1 AND blocked = 0;
CREATE INDEX beads_ready_new ON beads (priority, created_at, place)
  WHERE workable = 1 AND blocked = 0;
CREATE INDEX beads_deferred ON beads (defer_until) WHERE defer_until IS NOT NULL;
CREATE TABLE edges (
  bead TEXT NOT NULL,
  target TEXT NOT NULL,
  kind TEXT NOT NULL,
  any_child INTEGER NOT NULL,
  PRIMARY KEY (bead, target, kind)
) WITHOUT ROWID;
CREATE INDEX edges_target ON edges (target, kind, bead);
CREATE TABLE labels (
  label TEXT NOT NULL,
  bead TEXT NOT NULL,
  PRIMARY KEY (label, bead)
) WITHOUT ROWID;
CREATE INDEX labels_bead ON labels (bead);
CREATE TABLE claims (
  bead TEXT PRIMARY KEY,
  token INTEGER NOT NULL,
  stands INTEGER NOT NULL,
  holder TEXT NOT NULL,
  expires_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE events (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  bead TEXT NOT NULL,
  kind TEXT NOT NULL,
  actor TEXT NOT NULL,
  at INTEGER NOT NULL,
  data TEXT NOT NULL
);
CREATE INDEX events_bead ON events (bead, seq);
"""


def connect(path: Path) -> sqlite3.Connection:
    """A connection to the store, which is made when it is not there.

    Commits are not flushed one by one (`synchronous=NORMAL`): a killed process loses nothing, a
    power cut may lose the last moments and never the order of what is left.

    Raises:
        LedgerError: The file cannot be opened, is no store, or is of a newer version.
    """
    return open_file(path, Schema("a ledger", VERSION, _TABLES.split(";")))
