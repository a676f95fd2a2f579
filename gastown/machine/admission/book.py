"""Book: what stands in the admission ledger within one transaction, and the changes to it."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from gastown.machine.admission.ask import Amounts, Ask, Demand, Lease, Waiting
from gastown.machine.admission.offer import Offer
from gastown.machine.admission.order import Held, Order, Wish, decide
from gastown.machine.admission.tables import KEPT_EVENTS
from gastown.machine.capacity import DIMENSIONS, Capacity

LEVEL_S = 60.0  # a level of priority is worth as much waiting
_EARLIER_START_S = 1.0  # what is so far in the future is of before the machine was started anew

_LEASE = "token, ticket, holder, ask, pending, granted_at, expires_at, because"


@dataclass(frozen=True, slots=True)
class Grant:
    """A lease that a waiter got, and where he is to be rung."""

    lease: Lease
    bell: str


@dataclass(slots=True)
class Book:
    """One transaction; `now` is its one instant."""

    db: sqlite3.Connection
    now: float
    lease_s: float
    is_dead: Callable[[str], bool]
    grants: list[Grant] = field(default_factory=list[Grant])
    _known: dict[str, Amounts] = field(default_factory=dict[str, Amounts])

    def leases(self) -> tuple[Lease, ...]:
        """All that stand, oldest first."""
        rows = self.db.execute(f"SELECT {_LEASE} FROM leases ORDER BY token")  # noqa: S608 - columns
        return tuple(_lease(row) for row in rows)

    def lease_of(self, tickets: Iterable[int]) -> tuple[Lease, ...]:
        """The leases that these tickets got."""
        sql = f"SELECT {_LEASE} FROM leases WHERE ticket IN (SELECT value FROM json_each(?))"  # noqa: S608 - columns
        return tuple(_lease(row) for row in self.db.execute(sql, (json.dumps(list(tickets)),)))

    def waiting(self) -> tuple[Waiting, ...]:
        """All who wait, in their order, each with what he waits for."""
        rows = self.db.execute(
            "SELECT ticket, holder, ask, asked_at FROM waiters ORDER BY rank, ticket"
        )
        because = {one.wish.ticket: one.because for one in self.order().waits}
        return tuple(
            Waiting(row[0], row[1], _ask(row[2]), row[3], because.get(row[0], "is about to start"))
            for row in rows
        )

    def ours(self) -> tuple[Capacity, Capacity]:
        """What leases hold of the machine, and what of that is not in use yet."""
        total, pending = Capacity(), Capacity()
        for amounts, waits in self.db.execute("SELECT amounts, pending FROM leases"):
            held = self._amounts(amounts)
            one = Capacity(**{name: held.get(name, 0) for name in DIMENSIONS})
            total, pending = total + one, pending + one if waits else pending
        return total, pending

    def enqueue(self, ask: Ask, offer: Offer, holder: str, bell: str) -> int:
        """Put him into the queue; his ticket."""
        amounts = json.dumps(ask.demand.amounts)
        rank = self.now - ask.priority * LEVEL_S
        row = (rank, holder, bell, json.dumps(asdict(ask)), amounts, self._cap(offer))
        ticket = self.db.execute(
            "INSERT INTO waiters (rank, holder, bell, ask, amounts, cap, expect_s, asked_at,"
            " seen_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*row, ask.expect_s, self.now, self.now),
        ).lastrowid
        assert ticket is not None  # noqa: S101 - an INSERT has one
        self._note("asked", ticket, None, {"who": ask.who, "amounts": ask.demand.amounts})
        return ticket

    def is_news(self, bell: str, offer: Offer) -> bool:
        """Whether those with this bell may see more or less than they knew, or must be heard of."""
        sql = "SELECT cap, MIN(seen_at) FROM waiters WHERE bell = ? GROUP BY cap"
        known = self.db.execute(sql, (bell,)).fetchall()
        cap, since = self._cap(offer), self.now - self.lease_s / 4
        return any(text != cap or seen_at < since for text, seen_at in known)

    def see(self, bell: str, offer: Offer) -> None:
        """Say anew for those with this bell what they may see taken, and that they are there."""
        cap = self._cap(offer)
        sql = "UPDATE waiters SET cap = ?, seen_at = ? WHERE bell = ?"
        self.db.execute(sql, (cap, self.now, bell))

    def order(self) -> Order:
        """The decision over the queue as it stands."""
        foreign = dict(self.db.execute("SELECT name, SUM(amount) FROM foreign_use GROUP BY 1"))
        held = self.db.execute("SELECT amounts, ends_at FROM leases")
        rows = self.db.execute(
            "SELECT ticket, amounts, cap, expect_s FROM waiters ORDER BY rank, ticket"
        )
        caps: dict[str, Amounts] = {}
        wishes = (
            Wish(row[0], self._amounts(row[1]), self._less(row[2], foreign, caps), row[3])
            for row in rows
        )
        return decide([Held(self._amounts(a), ends) for a, ends in held], wishes, self.now)

    def admit(self) -> Order:
        """Give all who may start now their leases; waiters who died meanwhile get none."""
        while True:
            order = self.order()
            gone = {ticket for ticket, dead in self._holders(order.starts) if dead}
            if not gone:
                self.grants += [self._grant(wish) for wish in order.starts]
                return order
            for ticket in gone:
                self.withdraw(ticket, "died")

    def withdraw(self, ticket: int, why: str = "withdrawn") -> bool:
        """Take one out of the queue; whether he was in it."""
        return self._delete("waiters", "ticket", ticket, why, ticket, None)

    def release(self, token: int, why: str = "released") -> bool:
        """Take a lease back; False, and nothing is done, where it does not stand any more."""
        row = self.db.execute("SELECT ticket FROM leases WHERE token = ?", (token,)).fetchone()
        return row is not None and self._delete("leases", "token", token, why, row[0], token)

    def renew(self, tokens: Iterable[int]) -> frozenset[int]:
        """Lengthen leases; the tokens of those that stand."""
        sql = "UPDATE leases SET expires_at = ? WHERE token IN (SELECT value FROM json_each(?))"
        row = (self.now + self.lease_s, json.dumps(list(tokens)))
        rows = self.db.execute(f"{sql} RETURNING token", row).fetchall()
        return frozenset(row[0] for row in rows)

    def adopt(self, token: int, holder: str) -> Lease | None:
        """Make it another's, lengthened; None where it does not stand any more."""
        sql = "UPDATE leases SET holder = ?, expires_at = ? WHERE token = ? RETURNING"
        row = (holder, self.now + self.lease_s, token)
        rows = self.db.execute(f"{sql} {_LEASE}", row).fetchall()
        return _lease(rows[0]) if rows else None

    def overdue(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Leases that ran out or are of an earlier start of the machine, and waiters unheard of."""
        before = self.now + _EARLIER_START_S
        sql = "SELECT token FROM leases WHERE expires_at <= ? OR granted_at > ?"
        tokens = tuple(row[0] for row in self.db.execute(sql, (self.now, before)))
        sql = "SELECT ticket FROM waiters WHERE seen_at <= ? OR seen_at > ?"
        last = self.now - self.lease_s
        return tokens, tuple(row[0] for row in self.db.execute(sql, (last, before)))

    def holders(self) -> frozenset[str]:
        """Every process that has a lease or waits for one."""
        rows = self.db.execute("SELECT holder FROM leases UNION SELECT holder FROM waiters")
        return frozenset(row[0] for row in rows)

    def of(self, holder: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """A process's tokens and tickets."""
        leases = self.db.execute("SELECT token FROM leases WHERE holder = ?", (holder,))
        tokens = tuple(row[0] for row in leases)
        waiters = self.db.execute("SELECT ticket FROM waiters WHERE holder = ?", (holder,))
        return tokens, tuple(row[0] for row in waiters)

    def first(self) -> tuple[str, str] | None:
        """Holder and bell of who is first in the queue."""
        sql = "SELECT holder, bell FROM waiters ORDER BY rank, ticket LIMIT 1"
        found: tuple[str, str] | None = self.db.execute(sql).fetchone()
        return found

    def foreign_of(self, server: str) -> Amounts:
        """What others hold of the limits published on a server."""
        sql = "SELECT name, amount FROM foreign_use WHERE server = ?"
        return dict(self.db.execute(sql, (server,)).fetchall())

    def foreign(self, server: str, use: Amounts) -> None:
        """Write down what others hold of the limits published on a server."""
        self.db.execute("DELETE FROM foreign_use WHERE server = ?", (server,))
        rows = [(server, name, amount) for name, amount in use.items()]
        self.db.executemany("INSERT INTO foreign_use VALUES (?, ?, ?)", rows)

    def _holders(self, starts: Sequence[Wish]) -> list[tuple[int, bool]]:
        """Whether each of those who may start has died; each process is looked at once."""
        dead: dict[str, bool] = {}
        found: list[tuple[int, bool]] = []
        for wish in starts:
            sql = "SELECT holder FROM waiters WHERE ticket = ?"
            (holder,) = self.db.execute(sql, (wish.ticket,)).fetchone()
            if holder not in dead:
                dead[holder] = self.is_dead(holder)
            found.append((wish.ticket, dead[holder]))
        return found

    def _grant(self, wish: Wish) -> Grant:
        sql = "DELETE FROM waiters WHERE ticket = ? RETURNING holder, bell, ask, amounts, asked_at"
        holder, bell, text, amounts, asked_at = self.db.execute(sql, (wish.ticket,)).fetchone()
        ask = _ask(text)
        ends = None if wish.expect_s is None else self.now + wish.expect_s
        waited = self.now - asked_at
        because = f"after {waited:.1f} s in the queue" if waited else "there was room at once"
        times = (self.now, self.now + self.lease_s)
        token = self.db.execute(
            "INSERT INTO leases (ticket, holder, ask, amounts, pending, granted_at, expires_at,"
            " ends_at, because) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (wish.ticket, holder, text, amounts, ask.pending, *times, ends, because),
        ).lastrowid
        assert token is not None  # noqa: S101 - an INSERT has one
        self._note("granted", wish.ticket, token, {"amounts": wish.amounts, "cap": wish.cap})
        return Grant(Lease(token, wish.ticket, holder, ask, *times, because), bell)

    def _delete(
        self, table: str, key: str, value: int, why: str, ticket: int, token: int | None
    ) -> bool:
        sql = f"DELETE FROM {table} WHERE {key} = ?"  # noqa: S608 - two constants of ours
        if not self.db.execute(sql, (value,)).rowcount:
            return False
        self._note(why, ticket, token, {})
        return True

    def _cap(self, offer: Offer) -> str:
        return json.dumps(dict(offer.cap(*self.ours())), sort_keys=True)

    def _amounts(self, text: str) -> Amounts:
        if text not in self._known:
            self._known[text] = json.loads(text)
        return self._known[text]

    def _less(self, text: str, foreign: Amounts, caps: dict[str, Amounts]) -> Amounts:
        """A cap without what others took of the published limits."""
        if text not in caps:
            cap = self._amounts(text)
            caps[text] = {name: max(0, cap[name] - foreign.get(name, 0)) for name in cap}
        return caps[text]

    def _note(self, kind: str, ticket: int, token: int | None, body: dict[str, Any]) -> None:
        sql = "INSERT INTO events (at, kind, ticket, token, body) VALUES (?, ?, ?, ?, ?)"
        seq = self.db.execute(sql, (self.now, kind, ticket, token, json.dumps(body))).lastrowid
        if seq is not None and seq % 1000 == 0:
            self.db.execute("DELETE FROM events WHERE seq <= ?", (seq - KEPT_EVENTS,))


def _ask(text: str) -> Ask:
    found = json.loads(text)
    demand = found.pop("demand")
    return Ask(**found, demand=Demand(Capacity(**demand["capacity"]), demand["slots"]))


def _lease(row: Sequence[Any]) -> Lease:
    token, ticket, holder, text, pending, granted_at, expires_at, because = row
    ask = replace(_ask(text), pending=bool(pending))
    return Lease(token, ticket, holder, ask, granted_at, expires_at, because)
