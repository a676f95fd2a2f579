"""SpendStore: the rows under a spend ledger, within one transaction; it decides nothing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from gastown.money.entry import Bid, Earmark, Entry, Reservation


class SpendStore(Protocol):
    """Rows are only ever added."""

    def find(self, attempt: str, turn: int) -> Reservation | None:
        """The reservation of a turn, open or ended."""
        ...

    def add(self, bid: Bid, expires_at: datetime) -> Reservation:
        """Put down a reservation with the scopes that it counts into."""
        ...

    def ended(self, reservation: int) -> Entry | None:
        """The entry that ended a reservation."""
        ...

    def end(self, entry: Entry) -> None:
        """Put down an entry."""
        ...

    def sums(self, scope: str) -> tuple[int, int]:
        """Of a scope's key: what was settled, and what open reservations may cost."""
        ...

    def drawn(self, convoy: str, step: str) -> int:
        """What a convoy's step has spent, open reservations in full."""
        ...

    def earmarks(self) -> Sequence[Earmark]:
        """Those that have not ended."""
        ...

    def set_aside(self, mark: Earmark, at: datetime) -> None:
        """Put down an earmark; one that stands or has ended stays."""
        ...

    def end_earmark(self, mark: Earmark, at: datetime) -> None:
        """Put down that an earmark ended."""
        ...

    def alarm(self, model: str) -> Entry | None:
        """The newest entry of a model above its reservation that no person has cleared."""
        ...

    def alarmed(self) -> Sequence[str]:
        """Models with such an entry."""
        ...

    def clear(self, model: str, actor: str, at: datetime) -> None:
        """Put down that a person cleared a model."""
        ...

    def open(self) -> list[Reservation]:
        """Reservations without an entry, oldest first."""
        ...

    def entries(self, since: str) -> list[Entry]:
        """Entries of that day and later ones, oldest first."""
        ...
