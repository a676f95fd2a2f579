"""MemorySpendLedger: a spend ledger of one process that is gone with it; for tests."""

import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import datetime

from gastown.beads.ledger import Clock, utc_now
from gastown.money.books import Books
from gastown.money.entry import Bid, Earmark, Entry, Reservation


class MemorySpendStore:
    """Rows in dictionaries."""

    def __init__(self) -> None:
        self._reservations: dict[int, Reservation] = {}
        self._scopes: dict[int, frozenset[str]] = {}
        self._entries: dict[int, Entry] = {}
        self._marks: dict[tuple[str, str], Earmark] = {}
        self._ended_marks: set[tuple[str, str]] = set()
        self._cleared: dict[str, int] = {}

    def find(self, attempt: str, turn: int) -> Reservation | None:
        """The reservation of a turn, open or ended."""
        same = (attempt, turn)
        for one in self._reservations.values():
            if (one.who.attempt, one.turn) == same:
                return one
        return None

    def add(self, bid: Bid, expires_at: datetime) -> Reservation:
        """Put down a reservation with the scopes that it counts into."""
        id_ = len(self._reservations) + 1
        made = Reservation(id_, bid.who, bid.turn, bid.max_micro_usd, bid.day, expires_at)
        self._reservations[id_] = made
        self._scopes[id_] = frozenset(scope.key for scope in bid.scopes)
        return made

    def ended(self, reservation: int) -> Entry | None:
        """The entry that ended a reservation."""
        return self._entries.get(reservation)

    def end(self, entry: Entry) -> None:
        """Put down an entry."""
        self._entries[entry.reservation] = entry

    def sums(self, scope: str) -> tuple[int, int]:
        """Of a scope's key: what was settled, and what open reservations may cost."""
        inside = [id_ for id_, keys in self._scopes.items() if scope in keys]
        settled = sum(self._entries[id_].micro_usd for id_ in inside if id_ in self._entries)
        left = (self._reservations[id_] for id_ in inside if id_ not in self._entries)
        return settled, sum(one.max_micro_usd for one in left)

    def drawn(self, convoy: str, step: str) -> int:
        """What a convoy's step has spent, open reservations in full."""
        return sum(
            self._entries[id_].micro_usd if id_ in self._entries else one.max_micro_usd
            for id_, one in self._reservations.items()
            if (one.who.convoy, one.who.step) == (convoy, step)
        )

    def earmarks(self) -> Sequence[Earmark]:
        """Those that have not ended."""
        return [mark for key, mark in self._marks.items() if key not in self._ended_marks]

    def set_aside(self, mark: Earmark, at: datetime) -> None:
        """Put down an earmark; one that stands or has ended stays."""
        del at
        self._marks.setdefault((mark.convoy, mark.step), mark)

    def end_earmark(self, mark: Earmark, at: datetime) -> None:
        """Put down that an earmark ended."""
        del at
        self._ended_marks.add((mark.convoy, mark.step))

    def alarm(self, model: str) -> Entry | None:
        """The newest entry of a model above its reservation that no person has cleared."""
        after = self._cleared.get(model, 0)
        over = [
            one
            for one in self._entries.values()
            if one.who.model == model and one.over and one.reservation > after
        ]
        return max(over, key=lambda one: one.reservation, default=None)

    def alarmed(self) -> Sequence[str]:
        """Models with such an entry."""
        models = sorted({one.who.model for one in self._entries.values() if one.over})
        return [model for model in models if self.alarm(model) is not None]

    def clear(self, model: str, actor: str, at: datetime) -> None:
        """Put down that a person cleared a model."""
        del actor, at
        newest = self.alarm(model)
        self._cleared[model] = newest.reservation if newest else 0

    def open(self) -> list[Reservation]:
        """Reservations without an entry, oldest first."""
        return [one for id_, one in self._reservations.items() if id_ not in self._entries]

    def entries(self, since: str) -> list[Entry]:
        """Entries of that day and later ones, oldest first."""
        found = [one for one in self._entries.values() if one.day >= since]
        return sorted(found, key=lambda one: one.reservation)


class MemorySpendLedger(Books):
    """A spend ledger in memory, for one process; any thread may call it."""

    def __init__(self, clock: Clock = utc_now) -> None:
        super().__init__(clock)
        self._rows = MemorySpendStore()
        self._lock = threading.Lock()

    @contextmanager
    def _reading(self) -> Generator[MemorySpendStore]:
        with self._lock:
            yield self._rows

    @contextmanager
    def _writing(self) -> Generator[MemorySpendStore]:
        with self._lock:
            yield self._rows
