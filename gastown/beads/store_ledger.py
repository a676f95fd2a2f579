"""StoreLedger: the Ledger protocol over any Store; each call is one transaction."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any

from gastown.beads import hooking, laws
from gastown.beads.bead import (
    BLOCKING,
    CLOSED,
    IN_PROGRESS,
    MESSAGE,
    NUMBER,
    OPEN,
    TRACKS,
    Bead,
    Draft,
)
from gastown.beads.drafting import bead_once, beads_of
from gastown.beads.ledger import Change, Claim, Clock, Event
from gastown.beads.readiness import Query, path
from gastown.beads.store import Filter, Store
from gastown.errors import LedgerError, NotFoundError
from gastown.formula.graph import chain_text, cycles


class StoreLedger(ABC):
    """What both ledgers share: all but where beads lie and how a transaction is held.

    What each call promises stands in `gastown.beads.ledger.Ledger`.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    @abstractmethod
    def _reading(self) -> AbstractContextManager[Store]:
        """One moment of the store."""

    @abstractmethod
    def _writing(self) -> AbstractContextManager[Store]:
        """A transaction: kept when the block ends well, undone when it raises."""

    def create(self, draft: Draft, *, actor: str = "") -> Bead:
        """Add a bead."""
        return self.create_many([draft], actor=actor)[0]

    def create_many(self, drafts: Iterable[Draft], *, actor: str = "") -> list[Bead]:
        """Add several beads, all or none; `@N` names the N-th draft, counted from 0."""
        asked = list(drafts)
        with self._writing() as store:
            now = self._clock()
            return [_add(store, one, now) for one in beads_of(asked, store, actor, now)]

    def create_once(self, draft: Draft, key: str, *, actor: str = "") -> Bead:
        """Add a bead under a key, unless there is one."""
        with self._writing() as store:
            now = self._clock()
            found = bead_once(draft, key, store, actor, now)
            return found if store.has(found.id) else _add(store, found, now)

    def show(self, bead: str) -> Bead:
        """The bead."""
        with self._reading() as store:
            return _known(store, bead)

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
        with self._reading() as store:
            return store.find(Filter(prefix, status, issue_type, label, assignee))

    def update(
        self, bead: str, changes: Mapping[str, Any], *, actor: str = "", token: int | None = None
    ) -> Bead:
        """Set fields of a bead; nothing is written when nothing differs."""
        with self._writing() as store:
            old = _known(store, bead)
            if token is not None:
                laws.check_token(bead, store.claim_of(bead), token)
            return self._change(store, old, changes, actor)

    def amend(self, bead: str, change: Change, *, actor: str = "") -> Bead:
        """Set fields of a bead to what is made of it as it is now."""
        with self._writing() as store:
            old = _known(store, bead)
            return self._change(store, old, change(old), actor)

    def hook(
        self, agents: Mapping[str, str], carrier: Draft | None = None, *, actor: str = ""
    ) -> Bead | None:
        """Put beads onto the hooks of their agents."""
        with self._writing() as store:
            now = self._clock()
            for bead, agent in agents.items():
                old = _known(store, bead)
                held_by = [one for one in store.blockers(old) if one not in agents]
                hooking.check_hookable(old, agent, held_by, _on_hook(store, agent))
                _save(store, hooking.hooked(old, agent, now), old)
                store.log(bead, "hooked", actor, now, {"agent": agent})
            made = beads_of([carrier] if carrier else [], store, actor, now)
            return _add(store, made[0], now) if made else None

    def unhook(self, bead: str, reason: str, *, carrier: str = "", actor: str = "") -> Bead:
        """Take a bead off its hook."""
        with self._writing() as store:
            old, now = _known(store, bead), self._clock()
            new = _save(store, hooking.unhooked(old, now), old)
            store.log(bead, "unhooked", actor, now, {"agent": old.assignee, "reason": reason})
            if carrier:
                left = self._unlink(store, carrier, bead, actor)
                if not any(edge.type == TRACKS for edge in left.dependencies):
                    self._close(store, left, f"unslung: {reason}", None, actor)
        return new

    def _change(self, store: Store, old: Bead, changes: Mapping[str, Any], actor: str) -> Bead:
        now = self._clock()
        new = laws.changed(old, changes, now)
        if new is not old:
            new = _save(store, new, old)
            kind = "updated" if new.status == old.status else "status_changed"
            store.log(old.id, kind, actor, now, _shown(new, changes))
        return new

    def ready(
        self,
        *,
        prefix: str | None = None,
        parent: str | None = None,
        assignee: str | None = None,
        limit: int | None = None,
    ) -> list[Bead]:
        """Open beads that nothing blocks, best first."""
        with self._reading() as store:
            return store.ready(Query(prefix, parent, assignee, limit), self._clock())

    def claim(self, bead: str, holder: str, lease: timedelta, *, evict: int | None = None) -> Claim:
        """Take a bead."""
        laws.check_lease(lease)
        with self._writing() as store:
            old, now = _known(store, bead), self._clock()
            before = store.claim_of(bead)
            laws.check_takeable(old, before, store.blockers(old), now, evict=evict)
            claim = Claim(bead, holder, store.last_token(bead) + 1, now + lease)
            store.set_claim(claim)
            if old.status != IN_PROGRESS:
                begun = old.model_copy(update={"status": IN_PROGRESS, "updated_at": now})
                _save(store, begun, old)
            data = {"token": claim.token, "until": claim.expires_at.isoformat()}
            data |= {"from": before.holder} if before else {}
            store.log(bead, "claimed", holder, now, data)
        return claim

    def claim_of(self, bead: str) -> Claim | None:
        """The claim that stands on the bead, expired or not."""
        with self._reading() as store:
            _known(store, bead)
            return store.claim_of(bead)

    def renew(self, claim: Claim, lease: timedelta) -> Claim:
        """Extend a claim."""
        laws.check_lease(lease)
        with self._writing() as store:
            laws.check_token(claim.bead, store.claim_of(claim.bead), claim.token)
            until = self._clock() + lease
            longer = Claim(claim.bead, claim.holder, claim.token, until)
            store.set_claim(longer)
        return longer

    def release(self, claim: Claim) -> None:
        """Give the bead back as open."""
        with self._writing() as store:
            standing = store.claim_of(claim.bead)
            if standing is None or standing.token != claim.token:
                return
            old, now = _known(store, claim.bead), self._clock()
            store.void_claim(claim.bead)
            if old.status == IN_PROGRESS:
                _save(store, old.model_copy(update={"status": OPEN, "updated_at": now}), old)
            store.log(claim.bead, "released", standing.holder, now, {"token": claim.token})

    def close(
        self,
        bead: str,
        reason: str,
        *,
        evidence: Mapping[str, Any] | None = None,
        actor: str = "",
        token: int | None = None,
    ) -> Bead:
        """Close a bead once."""
        with self._writing() as store:
            old, standing = _known(store, bead), store.claim_of(bead)
            if token is not None:
                laws.check_token(bead, standing, token)
            else:
                laws.check_free(bead, standing, self._clock())
            return self._close(store, old, reason, evidence, actor)

    def close_many(self, beads: Iterable[str], reason: str, *, actor: str = "") -> list[Bead]:
        """Close several by hand, all or none."""
        with self._writing() as store:
            closed: list[Bead] = []
            for bead in dict.fromkeys(beads):
                old = _known(store, bead)
                laws.check_free(bead, store.claim_of(bead), self._clock())
                closed.append(self._close(store, old, reason, None, actor))
        return closed

    def _close(
        self,
        store: Store,
        old: Bead,
        reason: str,
        evidence: Mapping[str, Any] | None,
        actor: str,
    ) -> Bead:
        now = self._clock()
        store.void_claim(old.id)
        new = _save(store, laws.closed(old, reason, evidence, now), old)
        store.log(old.id, "closed", actor, now, {"reason": reason})
        return new

    def reopen(self, bead: str, reason: str, *, actor: str = "") -> Bead:
        """Open a closed or claimed bead again; an open one stays as it is."""
        with self._writing() as store:
            old, now = _known(store, bead), self._clock()
            claimed = store.claim_of(bead) is not None
            if old.status == OPEN and not claimed:
                return old
            store.void_claim(bead)
            new = _save(store, laws.opened(old, now), old)
            void = old.metadata.get(laws.EVIDENCE)
            data = {"reason": reason} | ({laws.EVIDENCE: void} if void is not None else {})
            store.log(bead, "reopened", actor, now, data)
        return new

    def forget(self, beads: Iterable[str], *, actor: str = "") -> None:
        """Delete ephemeral beads, all or none."""
        with self._writing() as store:
            now = self._clock()
            for bead in dict.fromkeys(beads):
                old = _known(store, bead)
                if not old.ephemeral:
                    raise LedgerError(f"{bead} is not ephemeral: git keeps it; close it instead")
                laws.check_free(bead, store.claim_of(bead), now)
                store.drop(bead)
                store.log(bead, "forgotten", actor, now, {"title": old.title})

    def link(self, bead: str, needs: str, kind: str = "blocks", *, actor: str = "") -> None:
        """Add an edge; twice is once."""
        with self._writing() as store:
            old, now = _known(store, bead), self._clock()
            edge = laws.edge(bead, _known(store, needs).id, kind, actor, now)
            if any(e.depends_on_id == needs and e.type == kind for e in old.dependencies):
                return
            if kind in BLOCKING and (back := path(needs, bead, store.targets)):
                raise LedgerError(f"this edge would close a cycle: {chain_text([bead, *back])}")
            edges = (*old.dependencies, edge)
            linked = old.model_copy(update={"dependencies": edges, "updated_at": now})
            _save(store, linked, old)
            store.log(bead, "dependency_added", actor, now, {"on": needs, "type": kind})

    def unlink(self, bead: str, needs: str, *, actor: str = "") -> None:
        """Remove every edge from the one to the other."""
        with self._writing() as store:
            self._unlink(store, bead, needs, actor)

    def _unlink(self, store: Store, bead: str, needs: str, actor: str) -> Bead:
        old, now = _known(store, bead), self._clock()
        edges = tuple(e for e in old.dependencies if e.depends_on_id != needs)
        if edges == old.dependencies:
            return old
        update = {"dependencies": edges, "updated_at": now}
        new = _save(store, old.model_copy(update=update), old)
        store.log(bead, "dependency_removed", actor, now, {"on": needs})
        return new

    def children(self, bead: str) -> list[Bead]:
        """Direct children, in the order of their numbers."""
        with self._reading() as store:
            _known(store, bead)
            return store.children(bead)

    def events(
        self, *, after: int = 0, bead: str | None = None, limit: int | None = None
    ) -> list[Event]:
        """What happened since event `after`."""
        with self._reading() as store:
            return store.events(after, bead, limit)

    def last_event(self) -> int:
        """The number of the newest event."""
        with self._reading() as store:
            return store.last_event()

    def glimpse(self, beads: Iterable[str], paths: Sequence[str]) -> dict[str, tuple[Any, ...]]:
        """Some values of some beads."""
        with self._reading() as store:
            return store.glimpse(list(dict.fromkeys(beads)), paths)

    def put(self, beads: Iterable[Bead], *, keep_newer: bool = False) -> int:
        """Upsert whole beads; how many changed."""
        incoming = list(beads)
        with self._writing() as store:
            changed = [one.id for one in incoming if self._put(store, one, keep_newer=keep_newer)]
            if found := cycles(_upstream(store, changed)):
                chains = "; ".join(chain_text(chain) for chain in found)
                raise LedgerError(f"the beads would close a cycle: {chains}")
        return len(changed)

    def _put(self, store: Store, bead: Bead, *, keep_newer: bool) -> bool:
        old, now = store.get(bead.id), self._clock()
        if old is not None and keep_newer and old.updated_at > bead.updated_at:
            return False
        new = laws.imported(bead, store.claim_of(bead.id))
        if new == old:
            return False
        if new.status == CLOSED:
            store.void_claim(bead.id)
        store.save(new, old)
        store.log(bead.id, "imported", "", now, {"status": new.status, "new": old is None})
        return True


def _save(store: Store, new: Bead, old: Bead) -> Bead:
    """Write a change of a bead; what was written."""
    later = laws.stamped(new, old)
    store.save(later, old)
    return later


def _add(store: Store, bead: Bead, now: datetime) -> Bead:
    """Write a new bead; a message gets its place in the order in which messages came."""
    if bead.issue_type == MESSAGE:
        numbered = {**bead.metadata, NUMBER: store.last_event() + 1}
        bead = bead.model_copy(update={"metadata": numbered})
    store.save(bead, None)
    data = {"title": bead.title, "issue_type": bead.issue_type}
    store.log(bead.id, "created", bead.created_by, now, data)
    return bead


def _known(store: Store, bead: str) -> Bead:
    found = store.get(bead)
    if found is None:
        raise NotFoundError(f"there is no bead {bead!r}")
    return found


def _on_hook(store: Store, agent: str) -> list[str]:
    found = store.find(Filter(assignee=agent))
    return [bead.id for bead in found if hooking.is_on_hook(bead)]


def _shown(bead: Bead, changes: Mapping[str, Any]) -> dict[str, Any]:
    """The changed fields as JSON holds them; of the metadata only the keys that were said."""
    shown = bead.model_dump(mode="json", include=set(changes) - {"metadata"})
    if "metadata" in changes:
        shown["metadata"] = {key: bead.metadata.get(key) for key in changes["metadata"]}
    return shown


def _upstream(store: Store, beads: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Blocking edges of the beads and of all they stand on."""
    found: dict[str, tuple[str, ...]] = {}
    rest = list(beads)
    while rest:
        bead = rest.pop()
        if bead not in found:
            found[bead] = tuple(store.targets(bead))
            rest.extend(found[bead])
    return found
