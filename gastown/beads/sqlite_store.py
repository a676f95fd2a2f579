"""SqliteStore: one transaction on the working store, as SQL."""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from gastown.beads import laws, readiness
from gastown.beads.bead import BLOCKING, PARENT_CHILD, WAITS_FOR, Bead
from gastown.beads.ids import child_number, microseconds, moment, place
from gastown.beads.ledger import Claim, Event
from gastown.beads.readiness import Query
from gastown.beads.store import Filter

_HARD = "'blocks', 'conditional-blocks'"
_BLOCKING = ", ".join(f"'{kind}'" for kind in sorted(BLOCKING))

_TARGETS = f"""
SELECT DISTINCT e.target FROM edges e JOIN beads t ON t.id = e.target
WHERE e.bead = ? AND e.kind IN ({_BLOCKING})
"""  # noqa: S608 - the text holds names of kinds and no value

_SAVE = """
INSERT INTO beads (id, place, status, done, priority, issue_type, assignee, workable, created_at,
  defer_until, body)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET status = excluded.status, done = excluded.done,
  priority = excluded.priority, issue_type = excluded.issue_type, assignee = excluded.assignee,
  workable = excluded.workable, created_at = excluded.created_at,
  defer_until = excluded.defer_until, body = excluded.body
"""

_BLOCKED = f"""
SELECT b.blocked, b.done = 0 AND (
  EXISTS (
    SELECT 1 FROM edges e JOIN beads t ON t.id = e.target
    WHERE e.bead = b.id AND e.kind IN ({_HARD}) AND t.done = 0)
  OR EXISTS (
    SELECT 1 FROM edges e JOIN beads t ON t.id = e.target
    WHERE e.bead = b.id AND e.kind = 'parent-child' AND t.blocked = 1)
  OR EXISTS (
    SELECT 1 FROM edges e
    WHERE e.bead = b.id AND e.kind = 'waits-for'
    AND EXISTS (
      SELECT 1 FROM edges c JOIN beads t ON t.id = c.bead
      WHERE c.target = e.target AND c.kind = 'parent-child' AND c.bead <> b.id AND t.done = 0)
    AND NOT (e.any_child AND EXISTS (
      SELECT 1 FROM edges c JOIN beads t ON t.id = c.bead
      WHERE c.target = e.target AND c.kind = 'parent-child' AND c.bead <> b.id AND t.done = 1))))
FROM beads b WHERE b.id = ?
"""  # noqa: S608 - the text holds names of kinds and no value

# Two halves of one order, each along its own index, so that a limit stops the walk early.
_READY = """
SELECT body FROM beads INDEXED BY {index}
WHERE workable = 1 AND blocked = 0 AND created_at {side} :recent
  AND (defer_until IS NULL OR defer_until <= :now){more}
ORDER BY {order} LIMIT :limit
"""
_NEW = {"index": "beads_ready_new", "side": ">=", "order": "priority, created_at, place"}
_OLD = {"index": "beads_ready_old", "side": "<", "order": "created_at, place"}

_DEFERRED = """
SELECT id FROM beads WHERE status = 'deferred' UNION SELECT id FROM beads WHERE defer_until > ?
"""

_BELOW = """
WITH RECURSIVE below (id) AS (
  SELECT e.bead FROM edges e JOIN json_each(?) top ON e.target = top.value
  WHERE e.kind = 'parent-child'
  UNION
  SELECT e.bead FROM edges e JOIN below ON e.target = below.id WHERE e.kind = 'parent-child')
SELECT id FROM below
"""


class SqliteStore:
    """A Store over an open transaction. `settle` must be called before the commit."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._unsettled: set[str] = set()

    def get(self, bead: str) -> Bead | None:
        """The bead, if there is one."""
        row = self._db.execute("SELECT body FROM beads WHERE id = ?", (bead,)).fetchone()
        return None if row is None else Bead.model_validate_json(row[0])

    def has(self, bead: str) -> bool:
        """Whether there is such a bead."""
        return self._any("SELECT 1 FROM beads WHERE id = ?", bead)

    def is_taken(self, bead: str) -> bool:
        """Whether the id is a bead's, or an edge points at it."""
        return self.has(bead) or self._any("SELECT 1 FROM edges WHERE target = ? LIMIT 1", bead)

    def save(self, bead: Bead, old: Bead | None) -> None:
        """Write a bead over its old self."""
        values = (
            bead.id,
            place(bead.id),
            bead.status,
            readiness.is_done(bead),
            bead.priority,
            bead.issue_type,
            bead.assignee,
            readiness.is_work(bead),
            microseconds(bead.created_at),
            None if bead.defer_until is None else microseconds(bead.defer_until),
            laws.written(bead),
        )
        self._db.execute(_SAVE, values)
        if bead.labels != (old.labels if old else ()):
            self._write_labels(bead)
        if bead.dependencies != (old.dependencies if old else ()):
            self._write_edges(bead)
        self._unsettle(bead, old)

    def drop(self, bead: str) -> None:
        """Delete a bead, its edges and its claim."""
        self._db.execute("DELETE FROM beads WHERE id = ?", (bead,))
        for table in ("labels", "edges", "claims"):
            self._db.execute(f"DELETE FROM {table} WHERE bead = ?", (bead,))  # noqa: S608 - a constant

    def find(self, wanted: Filter) -> list[Bead]:
        """Matching beads, oldest first."""
        where, values = _where(
            {
                "status = ?": wanted.status,
                "issue_type = ?": wanted.issue_type,
                "assignee = ?": wanted.assignee,
                "id IN (SELECT bead FROM labels WHERE label = ?)": wanted.label,
            },
            wanted.prefix,
        )
        sql = f"SELECT body FROM beads WHERE 1{where} ORDER BY created_at, place"  # noqa: S608 - our own text; values are bound
        return self._beads(sql, values)

    def ready(self, wanted: Query, now: datetime) -> list[Bead]:
        """Beads that can be worked on, best first."""
        values: dict[str, Any] = {
            "now": microseconds(now),
            "recent": microseconds(now - readiness.RECENT),
            "limit": -1 if wanted.limit is None else max(wanted.limit, 0),
        }
        more = ""
        if hidden := self._below(self._ids(_DEFERRED, (microseconds(now),))):
            more += " AND id NOT IN (SELECT value FROM json_each(:hidden))"
            values["hidden"] = json.dumps(hidden)
        if wanted.parent is not None:
            more += " AND id IN (SELECT value FROM json_each(:inside))"
            values["inside"] = json.dumps(self._below([wanted.parent]))
        if wanted.assignee is not None:
            more += " AND assignee = :assignee"
            values["assignee"] = wanted.assignee
        if wanted.prefix is not None:
            more += " AND id >= :first AND id < :end"
            values["first"], values["end"] = _span(wanted.prefix)
        found = self._beads(_READY.format(more=more, **_NEW), values)
        if wanted.limit is not None:
            values["limit"] = max(wanted.limit - len(found), 0)
        return found + self._beads(_READY.format(more=more, **_OLD), values)

    def children(self, bead: str) -> list[Bead]:
        """Direct children, in the order of their numbers."""
        sql = (
            "SELECT b.body FROM edges e JOIN beads b ON b.id = e.bead"
            " WHERE e.target = ? AND e.kind = 'parent-child' ORDER BY b.place"
        )
        return self._beads(sql, (bead,))

    def blockers(self, bead: Bead) -> Sequence[str]:
        """What holds a bead back."""
        if not self._any("SELECT 1 FROM beads WHERE id = ? AND blocked = 1", bead.id):
            return ()
        return readiness.blockers(bead, self.get, self.children)

    def targets(self, bead: str) -> Sequence[str]:
        """Known beads at the other end of its blocking edges."""
        return self._ids(_TARGETS, (bead,))

    def top_count(self, prefix: str) -> int:
        """How many top-level beads a prefix has."""
        sql = "SELECT count(*) FROM beads WHERE instr(id, '.') = 0 AND id >= ? AND id < ?"
        return int(self._db.execute(sql, _span(prefix)).fetchone()[0])

    def last_child(self, parent: str) -> int:
        """The greatest child number below a parent, 0 for none."""
        sql = "SELECT max(place) FROM beads WHERE place > ? AND place < ?"
        top = place(parent)
        last = self._db.execute(sql, (f"{top}.", f"{top}.:")).fetchone()[0]
        return 0 if last is None else child_number(last, top)

    def claim_of(self, bead: str) -> Claim | None:
        """The claim that stands."""
        sql = "SELECT holder, token, expires_at FROM claims WHERE bead = ? AND stands = 1"
        row = self._db.execute(sql, (bead,)).fetchone()
        return None if row is None else Claim(bead, row[0], row[1], moment(row[2]))

    def last_token(self, bead: str) -> int:
        """The newest token ever given out for a bead, 0 for none."""
        row = self._db.execute("SELECT token FROM claims WHERE bead = ?", (bead,)).fetchone()
        return 0 if row is None else int(row[0])

    def set_claim(self, claim: Claim) -> None:
        """Let a claim stand in place of any other."""
        sql = "INSERT OR REPLACE INTO claims (bead, token, stands, holder, expires_at)"
        sql += " VALUES (?, ?, 1, ?, ?)"
        until = microseconds(claim.expires_at)
        self._db.execute(sql, (claim.bead, claim.token, claim.holder, until))

    def void_claim(self, bead: str) -> None:
        """Let no claim stand; the token's number is remembered."""
        self._db.execute("UPDATE claims SET stands = 0 WHERE bead = ? AND stands = 1", (bead,))

    def log(self, bead: str, kind: str, actor: str, at: datetime, data: Mapping[str, Any]) -> None:
        """Add an event."""
        sql = "INSERT INTO events (bead, kind, actor, at, data) VALUES (?, ?, ?, ?, ?)"
        text = json.dumps(data, ensure_ascii=False)
        self._db.execute(sql, (bead, kind, actor, microseconds(at), text))

    def last_event(self) -> int:
        """The number of the newest event, 0 for none."""
        return int(self._db.execute("SELECT coalesce(max(seq), 0) FROM events").fetchone()[0])

    def events(self, after: int, bead: str | None, limit: int | None) -> list[Event]:
        """Events in their order."""
        where, values = _where({"seq > ?": after, "bead = ?": bead})
        sql = f"SELECT seq, bead, kind, actor, at, data FROM events WHERE 1{where} ORDER BY seq LIMIT ?"  # noqa: E501, S608 - our own text; values are bound
        found = self._db.execute(sql, (*values, -1 if limit is None else max(limit, 0)))
        return [
            Event(seq, name, kind, actor, moment(at), json.loads(data))
            for seq, name, kind, actor, at, data in found
        ]

    def glimpse(self, beads: Sequence[str], paths: Sequence[str]) -> dict[str, tuple[Any, ...]]:
        """The values at these paths, picked by SQLite from the text."""
        wanted = [f"$.{path}" for path in paths] + ["$.id"] * 2  # two or more come as a list
        values = (*wanted, json.dumps(beads))
        marks = ", ".join("?" * len(wanted))
        sql = f"SELECT b.id, json_extract(b.body, {marks}) FROM json_each(?) j JOIN beads b ON b.id = j.value"  # noqa: E501, S608 - marks alone
        rows = self._db.execute(sql, values)
        return {bead: tuple(json.loads(found)[:-2]) for bead, found in rows}

    def settle(self) -> None:
        """Bring `blocked` up to date for all that the transaction touched, and what hangs on it."""
        while self._unsettled:
            bead = self._unsettled.pop()
            row = self._db.execute(_BLOCKED, (bead,)).fetchone()
            if row is not None and row[0] != row[1]:
                self._db.execute("UPDATE beads SET blocked = ? WHERE id = ?", (row[1], bead))
                self._unsettled |= self._dependents(bead, (PARENT_CHILD,))

    def _unsettle(self, bead: Bead, old: Bead | None) -> None:
        """Note whose readiness this change may turn; parents' waiters count their children."""
        before = old.dependencies if old else ()
        turned = old is None or readiness.is_done(old) != readiness.is_done(bead)
        if turned:
            self._unsettled |= {bead.id} | self._dependents(bead.id, readiness.HARD)
        if turned or before != bead.dependencies:
            self._unsettled.add(bead.id)
            above = {*readiness.parents(bead), *(readiness.parents(old) if old else ())}
            for parent in above:
                self._unsettled |= self._dependents(parent, (WAITS_FOR,))

    def _write_labels(self, bead: Bead) -> None:
        self._db.execute("DELETE FROM labels WHERE bead = ?", (bead.id,))
        rows = [(label, bead.id) for label in laws.unique(bead.labels)]
        self._db.executemany("INSERT INTO labels (label, bead) VALUES (?, ?)", rows)

    def _write_edges(self, bead: Bead) -> None:
        self._db.execute("DELETE FROM edges WHERE bead = ?", (bead.id,))
        rows = [
            (bead.id, edge.depends_on_id, edge.type, readiness.any_children(edge))
            for edge in bead.dependencies
        ]
        sql = "INSERT OR REPLACE INTO edges (bead, target, kind, any_child) VALUES (?, ?, ?, ?)"
        self._db.executemany(sql, rows)

    def _dependents(self, bead: str, kinds: Iterable[str]) -> set[str]:
        sql = "SELECT bead FROM edges WHERE target = ? AND kind = ?"
        return {name for kind in kinds for name in self._ids(sql, (bead, kind))}

    def _below(self, tops: Sequence[str]) -> list[str]:
        return self._ids(_BELOW, (json.dumps(tops),)) if tops else []

    def _any(self, sql: str, bead: str) -> bool:
        return self._db.execute(sql, (bead,)).fetchone() is not None

    def _ids(self, sql: str, values: Sequence[Any]) -> list[str]:
        return [row[0] for row in self._db.execute(sql, values)]

    def _beads(self, sql: str, values: Sequence[Any] | Mapping[str, Any]) -> list[Bead]:
        read = Bead.model_validate_json
        return [read(row[0]) for row in self._db.execute(sql, values)]


def _where(terms: Mapping[str, Any], prefix: str | None = None) -> tuple[str, list[Any]]:
    """The terms whose value is given, as `AND …` with their values."""
    given = {term: value for term, value in terms.items() if value is not None}
    values = list(given.values())
    if prefix is not None:
        given["id >= ? AND id < ?"] = prefix
        values += _span(prefix)
    return "".join(f" AND {term}" for term in given), values


def _span(prefix: str) -> tuple[str, str]:
    """All ids of a prefix lie from the one text up to the other: '.' comes after '-'."""
    stem = prefix.rstrip("-")
    return f"{stem}-", f"{stem}."
