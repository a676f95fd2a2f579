"""MemoryLedger: the ledger of one process, for tests and previews; gone when it is."""

import json
import threading
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from gastown.beads import laws, readiness
from gastown.beads.bead import BLOCKING, Bead
from gastown.beads.ids import child_number, depth, has_prefix, place
from gastown.beads.ledger import Claim, Clock, Event, utc_now
from gastown.beads.readiness import Query
from gastown.beads.store import Filter
from gastown.beads.store_ledger import StoreLedger


@dataclass(slots=True)
class MemoryStore:
    """A Store of plain dictionaries; beads go in and out as copies, so that none is shared."""

    beads: dict[str, Bead] = field(default_factory=dict[str, Bead])
    claims: dict[str, Claim] = field(default_factory=dict[str, Claim])
    tokens: dict[str, int] = field(default_factory=dict[str, int])
    history: list[Event] = field(default_factory=list[Event])

    def copy(self) -> "MemoryStore":
        """The same, to be changed apart."""
        return MemoryStore(
            dict(self.beads), dict(self.claims), dict(self.tokens), list(self.history)
        )

    def get(self, bead: str) -> Bead | None:
        """The bead, if there is one."""
        found = self.beads.get(bead)
        return None if found is None else _copy(found)

    def has(self, bead: str) -> bool:
        """Whether there is such a bead."""
        return bead in self.beads

    def is_taken(self, bead: str) -> bool:
        """Whether the id is a bead's, or an edge points at it."""
        return self.has(bead) or any(
            edge.depends_on_id == bead for one in self.beads.values() for edge in one.dependencies
        )

    def save(self, bead: Bead, old: Bead | None) -> None:  # noqa: ARG002 - part of the protocol
        """Write a bead over its old self."""
        self.beads[bead.id] = _copy(bead)

    def drop(self, bead: str) -> None:
        """Delete a bead and its claim."""
        self.beads.pop(bead, None)
        self.claims.pop(bead, None)
        self.tokens.pop(bead, None)

    def find(self, wanted: Filter) -> list[Bead]:
        """Matching beads, oldest first."""
        found = [_copy(bead) for bead in self.beads.values() if _matches(bead, wanted)]
        return sorted(found, key=lambda bead: (bead.created_at, place(bead.id)))

    def ready(self, wanted: Query, now: datetime) -> list[Bead]:
        """Beads that can be worked on, best first."""
        return [_copy(bead) for bead in readiness.ready(self.beads, now, wanted)]

    def children(self, bead: str) -> list[Bead]:
        """Direct children, in the order of their numbers."""
        found = [_copy(one) for one in self.beads.values() if bead in readiness.parents(one)]
        return sorted(found, key=lambda one: place(one.id))

    def blockers(self, bead: Bead) -> Sequence[str]:
        """What holds a bead back."""
        return readiness.blockers(bead, self.get, self.children)

    def targets(self, bead: str) -> Sequence[str]:
        """Known beads at the other end of its blocking edges."""
        found = self.beads.get(bead)
        edges = found.dependencies if found is not None else ()
        known = (edge.depends_on_id for edge in edges if edge.type in BLOCKING)
        return [target for target in known if target in self.beads]

    def top_count(self, prefix: str) -> int:
        """How many top-level beads a prefix has."""
        return sum(has_prefix(bead, prefix) and depth(bead) == 0 for bead in self.beads)

    def last_child(self, parent: str) -> int:
        """The greatest child number below a parent, 0 for none."""
        return max((child_number(bead, parent) for bead in self.beads), default=0)

    def claim_of(self, bead: str) -> Claim | None:
        """The claim that stands."""
        return self.claims.get(bead)

    def last_token(self, bead: str) -> int:
        """The newest token ever given out for a bead, 0 for none."""
        return self.tokens.get(bead, 0)

    def set_claim(self, claim: Claim) -> None:
        """Let a claim stand in place of any other."""
        self.claims[claim.bead] = claim
        self.tokens[claim.bead] = claim.token

    def void_claim(self, bead: str) -> None:
        """Let no claim stand; the token's number is remembered."""
        self.claims.pop(bead, None)

    def log(self, bead: str, kind: str, actor: str, at: datetime, data: Mapping[str, Any]) -> None:
        """Add an event."""
        self.history.append(Event(len(self.history) + 1, bead, kind, actor, at, data))

    def last_event(self) -> int:
        """The number of the newest event, 0 for none."""
        return len(self.history)

    def events(self, after: int, bead: str | None, limit: int | None) -> list[Event]:
        """Events in their order."""
        found = [event for event in self.history[after:] if bead is None or event.bead == bead]
        return found if limit is None else found[: max(limit, 0)]

    def glimpse(self, beads: Sequence[str], paths: Sequence[str]) -> dict[str, tuple[Any, ...]]:
        """The values at these paths."""
        known = [self.beads[bead] for bead in beads if bead in self.beads]
        return {one.id: tuple(_at(one, path) for path in paths) for one in known}


class MemoryLedger(StoreLedger):
    """A ledger in memory. Threads may share it."""

    def __init__(self, clock: Clock = utc_now) -> None:
        super().__init__(clock)
        self._store = MemoryStore()
        self._lock = threading.Lock()

    @contextmanager
    def _reading(self) -> Generator[MemoryStore]:
        with self._lock:
            yield self._store

    @contextmanager
    def _writing(self) -> Generator[MemoryStore]:
        with self._lock:
            draft = self._store.copy()
            yield draft
            self._store = draft


def _at(bead: Bead, path: str) -> Any:
    found: Any = json.loads(laws.written(bead))
    for key in path.split("."):
        found = cast("dict[str, Any]", found).get(key) if isinstance(found, dict) else None
    return found


def _copy(bead: Bead) -> Bead:
    return Bead.model_validate_json(laws.written(bead))


def _matches(bead: Bead, wanted: Filter) -> bool:
    pairs = (
        (wanted.status, bead.status),
        (wanted.issue_type, bead.issue_type),
        (wanted.assignee, bead.assignee),
    )
    return (
        all(asked is None or asked == has for asked, has in pairs)
        and (wanted.prefix is None or has_prefix(bead.id, wanted.prefix))
        and (wanted.label is None or wanted.label in bead.labels)
    )
