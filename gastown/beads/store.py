"""Store: what one transaction of a ledger sees and may do, wherever the beads lie."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from gastown.beads.bead import Bead
from gastown.beads.ledger import Claim, Event
from gastown.beads.readiness import Query


@dataclass(frozen=True, slots=True)
class Filter:
    """What `find` is asked for; what is None does not matter."""

    prefix: str | None = None
    status: str | None = None
    issue_type: str | None = None
    label: str | None = None
    assignee: str | None = None


class Store(Protocol):
    """Every method sees what the transaction did before."""

    def get(self, bead: str) -> Bead | None:
        """The bead, if there is one."""
        ...

    def has(self, bead: str) -> bool:
        """Whether there is such a bead."""
        ...

    def is_taken(self, bead: str) -> bool:
        """Whether the id is a bead's, or an edge points at it (its bead is not here yet)."""
        ...

    def save(self, bead: Bead, old: Bead | None) -> None:
        """Write a bead over its old self; None for a new one."""
        ...

    def drop(self, bead: str) -> None:
        """Delete a bead, its edges and its claim; what happened to it stays told."""
        ...

    def find(self, wanted: Filter) -> list[Bead]:
        """Matching beads, oldest first."""
        ...

    def ready(self, wanted: Query, now: datetime) -> list[Bead]:
        """Beads that can be worked on, best first."""
        ...

    def children(self, bead: str) -> list[Bead]:
        """Direct children, in the order of their numbers."""
        ...

    def blockers(self, bead: Bead) -> Sequence[str]:
        """What holds a bead back."""
        ...

    def targets(self, bead: str) -> Sequence[str]:
        """Known beads at the other end of its blocking edges."""
        ...

    def top_count(self, prefix: str) -> int:
        """How many top-level beads a prefix has."""
        ...

    def last_child(self, parent: str) -> int:
        """The greatest child number below a parent, 0 for none."""
        ...

    def claim_of(self, bead: str) -> Claim | None:
        """The claim that stands."""
        ...

    def last_token(self, bead: str) -> int:
        """The newest token ever given out for a bead, 0 for none."""
        ...

    def set_claim(self, claim: Claim) -> None:
        """Let a claim stand in place of any other."""
        ...

    def void_claim(self, bead: str) -> None:
        """Let no claim stand; the token's number is remembered."""
        ...

    def log(self, bead: str, kind: str, actor: str, at: datetime, data: Mapping[str, Any]) -> None:
        """Add an event."""
        ...

    def last_event(self) -> int:
        """The number of the newest event, 0 for none."""
        ...

    def events(self, after: int, bead: str | None, limit: int | None) -> list[Event]:
        """Events in their order."""
        ...

    def glimpse(self, beads: Sequence[str], paths: Sequence[str]) -> dict[str, tuple[Any, ...]]:
        """The values at these paths, by bead."""
        ...
