"""Ledger: the truth about what is to be done, by whom, and what is done.

Two implementations pass the same conformance suite: `SqliteLedger` (many processes, one file) and
`MemoryLedger` (one process, for tests and previews). A claim is a compare-and-set with a lease and
a fencing token; a change that carries an old token is refused, so a worker that came back from the
dead can close nothing.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from gastown.beads.bead import Bead, Draft

Clock = Callable[[], datetime]
Change = Callable[[Bead], Mapping[str, Any]]
"""Which fields of a bead are to be set, given the bead as it is."""


def utc_now() -> datetime:
    """The time now, with its zone: the clock of every real ledger."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to work on a bead until `expires_at`; `token` grows with every claim."""

    bead: str
    holder: str
    token: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Event:
    """One change of one bead, in the order it happened."""

    seq: int
    bead: str
    kind: str
    actor: str
    at: datetime
    data: Mapping[str, Any]


class Ledger(Protocol):
    """Every call is one transaction: it happens whole or not at all."""

    def create(self, draft: Draft, *, actor: str = "") -> Bead:
        """Add a bead. Raises LedgerError for an unknown parent, need or type, or a cycle."""
        ...

    def create_many(self, drafts: Iterable[Draft], *, actor: str = "") -> list[Bead]:
        """Add several beads, all or none. A need `@N` names the N-th draft of the same call."""
        ...

    def create_once(self, draft: Draft, key: str, *, actor: str = "") -> Bead:
        """Add a bead under a key of its own; where there is one already, that one, as it is.

        However many processes ask, and whenever they die, one bead comes of a key. Its id is made
        of the key, which its metadata keep. Raises LedgerError for an empty key or a parent, whose
        children are counted.
        """
        ...

    def show(self, bead: str) -> Bead:
        """The bead. Raises NotFoundError."""
        ...

    def find(
        self,
        *,
        prefix: str | None = None,
        status: str | None = None,
        issue_type: str | None = None,
        label: str | None = None,
        assignee: str | None = None,
    ) -> list[Bead]:
        """Beads that match every given filter, oldest first."""
        ...

    def update(
        self, bead: str, changes: Mapping[str, Any], *, actor: str = "", token: int | None = None
    ) -> Bead:
        """Set fields of a bead; `metadata` is merged key by key, None removes a key.

        With `token`, raises StaleTokenError unless it is the bead's newest.
        Status `closed` is refused here: `close` is the way.
        """
        ...

    def amend(self, bead: str, change: Change, *, actor: str = "") -> Bead:
        """Set fields of a bead to what `change` makes of it as it is now; `{}` changes nothing.

        No other writes between the look and the change. `change` must be quick, and must not use
        the ledger; what it raises undoes all.
        """
        ...

    def hook(
        self, agents: Mapping[str, str], carrier: Draft | None = None, *, actor: str = ""
    ) -> Bead | None:
        """Put beads onto the hooks of their agents, and add the bead that carries them, if any.

        All or none. `agents` names the agent of each bead; a bead may wait for another of the call.

        Raises:
            ClaimedError: A bead is on a hook already, or another one is on that hook.
            LedgerError: A bead is not open, is no work of its own, or is blocked.
        """
        ...

    def unhook(self, bead: str, reason: str, *, carrier: str = "", actor: str = "") -> Bead:
        """Take a bead off its hook, and from the convoy that carries it, which ends if now empty.

        The bead is open again. Raises LedgerError once its work began, or the convoy is closed.
        """
        ...

    def ready(
        self,
        *,
        prefix: str | None = None,
        parent: str | None = None,
        assignee: str | None = None,
        limit: int | None = None,
    ) -> list[Bead]:
        """Open beads that nothing blocks, best first (semantics of `bd ready`)."""
        ...

    def claim(self, bead: str, holder: str, lease: timedelta, *, evict: int | None = None) -> Claim:
        """Take an open bead, or one whose claim has run out; sets in_progress.

        Args:
            bead: The bead.
            holder: Who; `host:pid:start` lets others see that the holder is dead.
            lease: How long without a renewal.
            evict: Token of the claim whose holder the caller knows to be dead, though its lease
                still runs; 0 where none stands. Another claim than that one is not evicted.

        Raises:
            ClaimedError: A live claim stands; names holder and expiry.
            LedgerError: The bead is closed or blocked, or in progress without a claim (it was
                taken on another machine): reopen it, or `evict`.
        """
        ...

    def claim_of(self, bead: str) -> Claim | None:
        """The claim that stands on the bead, expired or not."""
        ...

    def renew(self, claim: Claim, lease: timedelta) -> Claim:
        """Extend a claim. Raises StaleTokenError when it was lost."""
        ...

    def release(self, claim: Claim) -> None:
        """Give the bead back as open; a lost claim is no error."""
        ...

    def close(
        self,
        bead: str,
        reason: str,
        *,
        evidence: Mapping[str, Any] | None = None,
        actor: str = "",
        token: int | None = None,
    ) -> Bead:
        """Close a bead once, evidence under `metadata.evidence`.

        Raises:
            StaleTokenError: The token is not the newest, or a claim still runs and none was given.
            LedgerError: The bead is already closed.
        """
        ...

    def close_many(self, beads: Iterable[str], reason: str, *, actor: str = "") -> list[Bead]:
        """Close several by hand, all or none; a bead that is named twice is closed once.

        Raises:
            NotFoundError: There is no such bead.
            StaleTokenError: A claim runs on one.
            LedgerError: One is already closed.
        """
        ...

    def reopen(self, bead: str, reason: str, *, actor: str = "") -> Bead:
        """Open a closed or claimed bead again; any claim on it is void, and so is its evidence.

        The evidence moves from the metadata into the event `reopened`.
        """
        ...

    def link(self, bead: str, needs: str, kind: str = "blocks", *, actor: str = "") -> None:
        """Add an edge. Raises LedgerError for a cycle or an unknown bead; twice is once."""
        ...

    def unlink(self, bead: str, needs: str, *, actor: str = "") -> None:
        """Remove every edge from the one to the other; none is no error."""
        ...

    def children(self, bead: str) -> list[Bead]:
        """Direct children, in the order of their numbers."""
        ...

    def forget(self, beads: Iterable[str], *, actor: str = "") -> None:
        """Delete ephemeral beads, all or none; of others git would not let go.

        Raises:
            NotFoundError: There is no such bead.
            LedgerError: One is not ephemeral.
            StaleTokenError: A claim runs on one.
        """
        ...

    def events(
        self, *, after: int = 0, bead: str | None = None, limit: int | None = None
    ) -> list[Event]:
        """What happened since event `after`, at most the first `limit` of it.

        Events get their numbers in the order in which they become visible, so that who has read up
        to one has missed none before it.
        """
        ...

    def last_event(self) -> int:
        """The number of the newest event, 0 where nothing happened yet."""
        ...

    def glimpse(self, beads: Iterable[str], paths: Sequence[str]) -> dict[str, tuple[Any, ...]]:
        """Some values of some beads, without reading the beads; unknown beads are left out.

        Args:
            beads: Their ids.
            paths: Names of fields, of keys within them after dots: `metadata.evidence.commit`.

        Returns:
            By bead, the value of each path as JSON has it; None where there is none.
        """
        ...

    def put(self, beads: Iterable[Bead], *, keep_newer: bool = False) -> int:
        """Upsert whole beads as they are (import, merge), delete none; how many changed.

        A bead claimed here stays in progress unless it comes in closed, which voids the claim. With
        `keep_newer`, a bead that the ledger changed later than `updated_at` says stays as it is.
        Raises LedgerError when the beads would close a cycle or break an invariant.
        """
        ...
