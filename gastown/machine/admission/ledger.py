"""AdmissionLedger: one file per PC in which every process that uses it takes and gives leases.

Whoever changes the ledger also decides the queue, in the same transaction, for all who wait, and
rings only those who got something. So a hand-over is one transaction and one ring.
"""

import json
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Collection, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gastown.errors import StaleTokenError
from gastown.machine.admission.ask import Ask, Lease, Waiting
from gastown.machine.admission.bell import ring
from gastown.machine.admission.book import Book, Grant
from gastown.machine.admission.offer import Offer, check_ask
from gastown.machine.admission.tables import connect
from gastown.machine.capacity import DIMENSIONS
from gastown.machine.holder import holder, is_dead
from gastown.rigs.lock import file_lock
from gastown.sqlite_file import await_room, failed

LEASE_S = 60.0
"""A lease that is not renewed ends after this; one whose holder died ends as soon as it is seen."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an ask came to: a lease at once, or a ticket of the queue and why it must wait."""

    ticket: int
    lease: Lease | None
    because: str


@dataclass(frozen=True, slots=True)
class Lost:
    """Leases and waiters whose process is dead or silent."""

    leases: tuple[Lease, ...]
    waiting: tuple[Waiting, ...]


@dataclass(frozen=True, slots=True)
class Published:
    """A lease of a server's limits that stands for a part of one of ours.

    `slots` of each of the `names`; it ends at `until`, of the ledger's clock, if nobody renews it.
    """

    id: str
    token: int
    names: tuple[str, ...]
    slots: int
    until: float


class AdmissionLedger:
    """The ledger; safe to use from many threads and processes.

    Args:
        path: The SQLite file, made when it is not there; a lock file stands beside it.
        clock: Seconds that no setting of the clock moves and that stand still while the PC sleeps.
        dead: Whether a holder of this host is gone.
        lease_s: How long a lease stands that is not renewed.
    """

    def __init__(
        self,
        path: Path,
        *,
        clock: Callable[[], float] = time.monotonic,
        dead: Callable[[str], bool] = is_dead,
        lease_s: float = LEASE_S,
    ) -> None:
        self.path = path
        self.lease_s = lease_s
        self._clock = clock
        self._dead = dead
        self._thread = threading.Lock()
        self._db: sqlite3.Connection | None = None
        self._inherited: list[sqlite3.Connection] = []  # closing one would harm the parent's
        self._process = os.getpid()

    @property
    def bells(self) -> Path:
        """Folder of the bells of those who wait."""
        return self.path.with_suffix(".bells")

    def now(self) -> float:
        """The ledger's clock."""
        return self._clock()

    def ask(
        self, ask: Ask, offer: Offer, *, bell: str = "", stay: bool = True, who: str = ""
    ) -> Answer:
        """Take a lease if it is this one's turn; else wait in the queue, or be gone from it.

        Args:
            ask: What is wanted.
            offer: What the asker may see taken.
            bell: Rung when the lease is given.
            stay: Whether to wait; False answers now and leaves no trace in the queue.
            who: The holder; this process if empty.

        Raises:
            OvercommitError: It could not be given on an empty machine; with the sum.
            LedgerError: The file cannot be used.
        """
        check_ask(ask, offer)
        with self._writing() as book:
            self._bury(book, book.holders() if not stay else ())
            ticket = book.enqueue(ask, offer, who or holder(), bell)
            order = book.admit()
            mine = next((one.lease for one in book.grants if one.lease.ticket == ticket), None)
            if mine is not None:
                return Answer(ticket, mine, mine.because)
            because = next(one.because for one in order.waits if one.wish.ticket == ticket)
            if not stay:
                book.withdraw(ticket, "refused")
            return Answer(ticket, None, because)

    def try_admit(self, ask: Ask, offer: Offer) -> Lease | None:
        """A lease now or none; for whoever holds one already and must never wait for another."""
        return self.ask(ask, offer, stay=False).lease

    def release(self, lease: Lease) -> bool:
        """Give it back, to whoever is next; False where it was lost, and then nothing is done."""
        return self.hand_over(lease.token)[0]

    def hand_over(self, token: int, mine: str = "") -> tuple[bool, tuple[Grant, ...]]:
        """Give back; whether it stood, and what was given to whom. The bell `mine` stays still."""
        with self._writing(mine) as book:
            stood = book.release(token)
            if stood:
                book.admit()
        return stood, tuple(book.grants)

    def withdraw(self, ticket: int) -> bool:
        """Leave the queue, or give back what the ticket got; once, whichever it is."""
        with self._writing() as book:
            left = book.withdraw(ticket)
            for lease in book.lease_of([ticket]):
                left = book.release(lease.token)
            if left:
                book.admit()
        return left

    def renew(self, tokens: Collection[int]) -> frozenset[int]:
        """Lengthen leases; the tokens of those that stand. The others are lost."""
        with self._writing() as book:
            return book.renew(tokens)

    def adopt(self, token: int) -> Lease | None:
        """Become the holder of what another process took for this one; None where it was lost."""
        with self._writing() as book:
            return book.adopt(token, holder())

    def check(self, lease: Lease) -> None:
        """Raise StaleTokenError when the lease was lost: another may use what it was for."""
        with self._reading() as book:
            standing = [one.token for one in book.lease_of([lease.ticket])]
        if standing != [lease.token]:
            raise StaleTokenError(f"{lease.ask.who}: the lease {lease.token} was lost")

    def in_use(self, lease: Lease) -> None:
        """Say that what was claimed is in use now, so that it is not measured as free any more."""
        with self._writing() as book:
            book.db.execute("UPDATE leases SET pending = 0 WHERE token = ?", (lease.token,))

    def look(self, offer: Offer, bell: str = "") -> bool:
        """Bury the dead, tell what the waiters of this bell may see taken, decide the queue anew.

        It writes only where something changed. Who is not first in the queue leaves the looking at
        holders to who is, as long as that one lives. Returns whether this bell's waiter is first.
        """
        with self._reading() as book:
            first = book.first()
            is_first = first is not None and first[1] == bell
            rely = bool(bell) and first is not None and not is_first and not self._dead(first[0])
            dead = [] if rely else [one for one in book.holders() if self._dead(one)]
            news = any(book.overdue()) or book.is_news(bell, offer)
            if not dead and not news and not book.order().starts:
                return is_first
        with self._writing() as book:
            self._bury(book, dead)
            book.see(bell, offer)
            book.admit()
        return is_first

    def granted(self, tickets: Collection[int]) -> tuple[Lease, ...]:
        """Leases that these tickets got."""
        with self._reading() as book:
            return book.lease_of(tickets)

    def leases(self) -> tuple[Lease, ...]:
        """What is held now, oldest first; what is held by the dead is left out."""
        with self._reading() as book:
            overdue, _ = book.overdue()
            return tuple(
                one
                for one in book.leases()
                if one.token not in overdue and not self._dead(one.holder)
            )

    def lost(self) -> Lost:
        """What stands for nobody: of dead holders, or not renewed, or not heard of, in time."""
        with self._reading() as book:
            tokens, tickets = book.overdue()
            return Lost(
                tuple(x for x in book.leases() if x.token in tokens or self._dead(x.holder)),
                tuple(x for x in book.waiting() if x.ticket in tickets or self._dead(x.holder)),
            )

    def bury(self) -> int:
        """Take back what is lost, and let in who is next; how many leases and waiters it was."""
        with self._writing() as book:
            before = len(book.leases()) + len(book.waiting())
            self._bury(book, book.holders())
            gone = before - len(book.leases()) - len(book.waiting())
            book.admit()
        return gone

    def waiting(self) -> tuple[Waiting, ...]:
        """Who waits, in order, each with what he waits for."""
        with self._reading() as book:
            return book.waiting()

    def foreign(self, server: str) -> Mapping[str, int]:
        """What others were last told to hold of the limits on a server."""
        with self._reading() as book:
            return dict(book.foreign_of(server))

    def taken_elsewhere(self, server: str, use: Mapping[str, int]) -> None:
        """Tell what others, who know nothing of this ledger, hold of the limits on a server."""
        use = {name: amount for name, amount in use.items() if amount > 0}
        with self._reading() as book:
            if book.foreign_of(server) == use:
                return
        with self._writing() as book:
            book.foreign(server, use)
            book.admit()

    def names(self) -> frozenset[str]:
        """Everything that is held or waited for of, and the dimensions."""
        with self._reading() as book:
            sql = "SELECT amounts FROM leases UNION SELECT amounts FROM waiters"
            rows = book.db.execute(sql).fetchall()
        return frozenset(DIMENSIONS).union(*(json.loads(row[0]) for row in rows))

    def last_event(self) -> int:
        """Grows with every change of what is held."""
        with self._reading() as book:
            (found,) = book.db.execute("SELECT MAX(seq) FROM events").fetchone()
            return int(found or 0)

    def published(self, server: str) -> tuple[Published, ...]:
        """What was published on a server and not taken back."""
        with self._reading() as book:
            sql = "SELECT id, token, names, slots, until FROM published WHERE server = ?"
            rows = book.db.execute(sql, (server,)).fetchall()
        return tuple(Published(row[0], row[1], tuple(json.loads(row[2])), *row[3:]) for row in rows)

    def publish(self, server: str, one: Published) -> None:
        """Note what was published, or that it was renewed."""
        names = json.dumps(one.names)
        row = (one.id, server, one.token, names, one.slots, one.until)
        with self._writing() as book:
            book.db.execute("INSERT OR REPLACE INTO published VALUES (?, ?, ?, ?, ?, ?)", row)

    def unpublish(self, one: Published) -> None:
        """Note that it is published no more."""
        with self._writing() as book:
            book.db.execute("DELETE FROM published WHERE id = ?", (one.id,))

    def close(self) -> None:
        """Close the file; a further call opens it again."""
        with self._thread:
            if self._db is not None:
                self._db.close()
                self._db = None

    def _bury(self, book: Book, suspects: Collection[str]) -> None:
        """Take back what ran out, and what suspects hold who are dead."""
        tokens, tickets = book.overdue()
        for token in tokens:
            book.release(token, "expired")
        for ticket in tickets:
            book.withdraw(ticket, "expired")
        for suspect in suspects:
            if self._dead(suspect):
                tokens, tickets = book.of(suspect)
                for token in tokens:
                    book.release(token, "died")
                for ticket in tickets:
                    book.withdraw(ticket, "died")

    @contextmanager
    def _writing(self, mine: str = "") -> Generator[Book]:
        """A transaction; who got something in it is rung when it is on disk."""
        await_room(self.path)
        with self._thread:
            self._opened()
            # SQLite's own waiting sleeps up to 100 ms beside a free lock; this one does not.
            with file_lock(self.path.with_suffix(".lock")), self._transaction() as book:
                yield book
        for bell in {one.bell for one in book.grants} - {"", mine}:
            ring(bell)

    @contextmanager
    def _reading(self) -> Generator[Book]:
        with self._thread, self._transaction("BEGIN") as book:
            yield book

    @contextmanager
    def _transaction(self, begin: str = "BEGIN IMMEDIATE") -> Generator[Book]:
        try:
            db = self._opened()
            db.execute(begin)
            try:
                yield Book(db, self._clock(), self.lease_s, self._dead)
                db.execute("COMMIT")
            except BaseException:
                db.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            raise failed(self.path, error) from error

    def _opened(self) -> sqlite3.Connection:
        if self._process != os.getpid():
            self._inherited += [self._db] if self._db else []
            self._db, self._process = None, os.getpid()
        if self._db is None:
            with file_lock(self.path.with_suffix(".lock")):
                self._db = connect(self.path)
        return self._db
