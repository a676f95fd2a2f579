"""SpendLedger: what the town has spent and may still spend; append-only, atomic in each call."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Protocol

from gastown.money.entry import (
    Bid,
    Earmark,
    Entry,
    Refused,
    Reservation,
    Spent,
    Standing,
)
from gastown.money.scope import Scope


class SpendLedger(Protocol):
    """Reserve, then settle or release. What is reserved counts as spent, so nobody overspends.

    Any thread and any process may call it. LedgerError means that the record could not be read or
    written; nothing was changed then.
    """

    def reserve(self, bid: Bid) -> Reservation | Refused:
        """Take the money out of all scopes at once, or out of none.

        Asked again for the same turn of the same attempt, it gives the same reservation. A stage
        with an earmark draws from that first.

        Raises:
            LedgerError: That turn has ended, or was reserved for another amount.
        """
        ...

    def settle(self, reservation: Reservation, spent: Spent) -> Entry:
        """Put down what the turn took, of which `usage.micro_usd` counts.

        More than was reserved is put down too, and blocks the model until a person clears it. What
        has ended stays as it is: the standing entry is returned.
        """
        ...

    def release(self, reservation: Reservation) -> Entry:
        """Give the money back: nothing was sent. What has ended stays as it is."""
        ...

    def settle_lost(self, is_dead: Callable[[str], bool]) -> list[Entry]:
        """End the reservations of dead holders, and those past their time, at their maximum.

        The request may have been answered, and billed, after its holder died.
        """
        ...

    def earmark(self, marks: Sequence[Earmark], scopes: Sequence[Scope]) -> Refused | None:
        """Set money aside for stages, all or none; a stage that has an earmark keeps it."""
        ...

    def free(self, convoy: str, step: str = "") -> None:
        """End the earmark of a step, or of the whole convoy: what it did not use is free again."""
        ...

    def earmarked(self) -> frozenset[str]:
        """Convoys that have money set aside."""
        ...

    def blocked(self) -> Mapping[str, str]:
        """Models that cost more than was reserved, and what happened."""
        ...

    def clear(self, model: str, actor: str) -> None:
        """Let a blocked model be used again. Raises NotFoundError when it is not blocked."""
        ...

    def standing(self, scope: Scope) -> Standing:
        """How a sum stands now."""
        ...

    def open(self) -> list[Reservation]:
        """Reservations that have not ended."""
        ...

    def entries(self, since: date | None = None) -> list[Entry]:
        """The record in its order, from a day on."""
        ...
