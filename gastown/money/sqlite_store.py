"""SqliteSpendStore: the rows of a spend ledger, through one connection within a transaction."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from gastown.money.entry import Bid, Earmark, Entry, Reservation, Spent, Who
from gastown.stage import Usage

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_OPEN = "NOT EXISTS (SELECT 1 FROM entries e WHERE e.reservation = r.id)"
_COLUMNS = (
    "reservation", "outcome", "at", "day", "attempt", "convoy", "step", "bead", "rig", "role",
    "label", "model", "place", "rule", "price", "seat_local", "seat_burst", "holder", "requests",
    "fresh", "cached", "output", "unpriced", "micro_usd", "over", "joules", "power_micro_usd", "ms",
)  # fmt: skip
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM entries"  # noqa: S608 - constants


class SqliteSpendStore:
    """Lives as long as the transaction it was made for."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def find(self, attempt: str, turn: int) -> Reservation | None:
        """The reservation of a turn, open or ended."""
        found = self._reservations("r.attempt = ? AND r.turn = ?", attempt, turn)
        return found[0] if found else None

    def add(self, bid: Bid, expires_at: datetime) -> Reservation:
        """Put down a reservation with the scopes that it counts into."""
        who = bid.who
        at = _micros(expires_at) - int(bid.seconds * 1e6)
        row = (who.attempt, bid.turn, bid.max_micro_usd, bid.day, at, _micros(expires_at))
        made = self._db.execute(
            "INSERT INTO reservations (attempt, turn, micro_usd, day, at, expires_at, convoy, step,"
            " who) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*row, who.convoy, who.step, json.dumps(asdict(who))),
        )
        id_ = int(made.lastrowid or 0)
        keys = {(scope.key, id_) for scope in bid.scopes}
        self._db.executemany("INSERT INTO counts VALUES (?, ?)", keys)
        return Reservation(id_, who, bid.turn, bid.max_micro_usd, bid.day, expires_at)

    def ended(self, reservation: int) -> Entry | None:
        """The entry that ended a reservation."""
        row = self._db.execute(f"{_SELECT} WHERE reservation = ?", (reservation,)).fetchone()
        return _entry(row) if row else None

    def end(self, entry: Entry) -> None:
        """Put down an entry."""
        row = _row(entry)
        marks = ", ".join("?" * len(row))
        self._db.execute(f"INSERT INTO entries ({', '.join(_COLUMNS)}) VALUES ({marks})", row)  # noqa: S608 - constants

    def sums(self, scope: str) -> tuple[int, int]:
        """Of a scope's key: what was settled, and what open reservations may cost."""
        row = self._db.execute(
            "SELECT COALESCE(SUM(e.micro_usd), 0),"
            " COALESCE(SUM(CASE WHEN e.reservation IS NULL THEN r.micro_usd END), 0)"
            " FROM counts c JOIN reservations r ON r.id = c.reservation"
            " LEFT JOIN entries e ON e.reservation = r.id WHERE c.scope = ?",
            (scope,),
        ).fetchone()
        return int(row[0]), int(row[1])

    def drawn(self, convoy: str, step: str) -> int:
        """What a convoy's step has spent, open reservations in full."""
        row = self._db.execute(
            "SELECT COALESCE(SUM(COALESCE(e.micro_usd, r.micro_usd)), 0) FROM reservations r"
            " LEFT JOIN entries e ON e.reservation = r.id WHERE r.convoy = ? AND r.step = ?",
            (convoy, step),
        ).fetchone()
        return int(row[0])

    def earmarks(self) -> Sequence[Earmark]:
        """Those that have not ended."""
        rows = self._db.execute(
            "SELECT convoy, step, role, micro_usd FROM earmarks m WHERE NOT EXISTS"
            " (SELECT 1 FROM earmark_ends x WHERE x.convoy = m.convoy AND x.step = m.step)"
        )
        return [Earmark(*row) for row in rows]

    def set_aside(self, mark: Earmark, at: datetime) -> None:
        """Put down an earmark; one that stands or has ended stays."""
        self._db.execute(
            "INSERT OR IGNORE INTO earmarks VALUES (?, ?, ?, ?, ?)",
            (mark.convoy, mark.step, mark.role, mark.micro_usd, _micros(at)),
        )

    def end_earmark(self, mark: Earmark, at: datetime) -> None:
        """Put down that an earmark ended."""
        row = (mark.convoy, mark.step, _micros(at))
        self._db.execute("INSERT OR IGNORE INTO earmark_ends VALUES (?, ?, ?)", row)

    def alarm(self, model: str) -> Entry | None:
        """The newest entry of a model above its reservation that no person has cleared."""
        row = self._db.execute(
            f"{_SELECT} WHERE model = ? AND over > 0 AND reservation >"  # noqa: S608 - constants
            " (SELECT COALESCE(MAX(reservation), 0) FROM clears WHERE model = entries.model)"
            " ORDER BY reservation DESC LIMIT 1",
            (model,),
        ).fetchone()
        return _entry(row) if row else None

    def alarmed(self) -> Sequence[str]:
        """Models with such an entry."""
        rows = self._db.execute("SELECT DISTINCT model FROM entries WHERE over > 0 ORDER BY model")
        return [model for (model,) in rows.fetchall() if self.alarm(model) is not None]

    def clear(self, model: str, actor: str, at: datetime) -> None:
        """Put down that a person cleared a model."""
        self._db.execute(
            "INSERT INTO clears SELECT ?, MAX(reservation), ?, ? FROM entries"
            " WHERE model = ? AND over > 0",
            (model, actor, _micros(at), model),
        )

    def open(self) -> list[Reservation]:
        """Reservations without an entry, oldest first."""
        return self._reservations(_OPEN)

    def entries(self, since: str) -> list[Entry]:
        """Entries of that day and later ones, oldest first."""
        rows = self._db.execute(f"{_SELECT} WHERE day >= ? ORDER BY rowid", (since,))
        return [_entry(row) for row in rows]

    def _reservations(self, where: str, *values: object) -> list[Reservation]:
        rows = self._db.execute(
            f"SELECT r.id, r.who, r.turn, r.micro_usd, r.day, r.expires_at FROM reservations r"  # noqa: S608 - constants
            f" WHERE {where} ORDER BY r.id",
            values,
        )
        return [
            Reservation(id_, Who(**json.loads(who)), turn, micro, day, _time(expires))
            for id_, who, turn, micro, day, expires in rows
        ]


def _row(entry: Entry) -> tuple[object, ...]:
    who, spent, usage = entry.who, entry.spent, entry.spent.usage
    cached = min(usage.cached_tokens, usage.input_tokens)
    return (
        entry.reservation, entry.end, _micros(entry.at), entry.day, who.attempt, who.convoy,
        who.step, who.bead, who.rig, who.role, who.label, who.model, who.where, who.rule, who.price,
        who.local, who.burst, who.holder, usage.requests, usage.input_tokens - cached, cached,
        usage.output_tokens, usage.unpriced, entry.micro_usd, entry.over, spent.joules,
        spent.power_micro_usd, spent.ms,
    )  # fmt: skip


def _entry(row: Sequence[Any]) -> Entry:
    has = dict(zip(_COLUMNS, row, strict=True))
    usage = Usage(
        requests=has["requests"],
        input_tokens=has["fresh"] + has["cached"],
        cached_tokens=has["cached"],
        output_tokens=has["output"],
        micro_usd=has["micro_usd"],
        unpriced=has["unpriced"],
    )
    same = ("attempt", "convoy", "step", "bead", "rig", "role", "label", "model", "rule", "price")
    return Entry(
        reservation=has["reservation"],
        who=Who(
            **{name: has[name] for name in same},
            where=has["place"],
            local=has["seat_local"],
            burst=has["seat_burst"],
            holder=has["holder"],
        ),
        end=has["outcome"],
        at=_time(has["at"]),
        day=has["day"],
        spent=Spent(usage, has["joules"], has["power_micro_usd"], has["ms"]),
        micro_usd=has["micro_usd"],
        over=has["over"],
    )


def _micros(when: datetime) -> int:
    return (when - _EPOCH) // timedelta(microseconds=1)


def _time(micros: int) -> datetime:
    return _EPOCH + timedelta(microseconds=micros)
