"""Laws: what a change makes of one bead, and which changes are refused. Pure.

Both ledgers apply these; they differ only in where beads lie.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast

from pydantic import ValidationError

from gastown.beads.bead import (
    BLOCKS,
    CLOSED,
    IN_PROGRESS,
    OPEN,
    PARENT_CHILD,
    REPLIES_TO,
    STATUSES,
    TRACKS,
    TYPE_ALIASES,
    TYPES,
    Bead,
    Dependency,
    Draft,
)
from gastown.beads.ledger import Claim
from gastown.errors import ClaimedError, LedgerError, StaleTokenError

T = TypeVar("T")

EVIDENCE = "evidence"
LONGEST_KIND = 50
LONGEST_TITLE = 500
# fmt: off
SETTABLE = frozenset({
    "title", "description", "design", "acceptance_criteria", "notes", "status", "priority",
    "issue_type", "assignee", "labels", "comments", "metadata", "ephemeral", "pinned",
    "defer_until", "due_at", "external_ref", "spec_id", "estimated_minutes", "owner",
})
# fmt: on


def drafted(draft: Draft, bead: str, edges: Sequence[Dependency], actor: str, at: datetime) -> Bead:
    """The bead a draft becomes, under the id the ledger gave it."""
    edges_said = {"needs", "tracks", "replies_to"}
    own = draft.model_dump(exclude={"prefix", "infix", "parent"} | edges_said)
    own |= {
        "issue_type": type_named(draft.issue_type),
        "labels": unique(draft.labels),
        "metadata": as_json(bead, draft.metadata),
    }
    made = Bead(
        id=bead, dependencies=unique(edges), created_at=at, created_by=actor, updated_at=at, **own
    )
    return checked(made)


def asked_edges(draft: Draft) -> list[tuple[str, str]]:
    """Kind and target of each edge that a draft asks for, the parent's first."""
    parent = [] if draft.parent is None else [(PARENT_CHILD, draft.parent)]
    sides = ((BLOCKS, draft.needs), (TRACKS, draft.tracks), (REPLIES_TO, draft.replies_to))
    return parent + [(kind, target) for kind, targets in sides for target in targets]


def edge(bead: str, target: str, kind: str, actor: str, at: datetime) -> Dependency:
    """One edge. Raises LedgerError for a bead that would wait for itself, or a bad kind."""
    if bead == target:
        raise LedgerError(f"{bead} cannot depend on itself")
    if not 0 < len(kind) <= LONGEST_KIND:
        raise LedgerError(f"{kind!r} is no kind of dependency: 1 to {LONGEST_KIND} characters")
    return Dependency(
        issue_id=bead, depends_on_id=target, type=kind, created_at=at, created_by=actor
    )


def changed(bead: Bead, changes: Mapping[str, Any], at: datetime) -> Bead:
    """The bead with fields set; the same bead when nothing differs."""
    values = dict(changes)
    if unknown := sorted(set(values) - SETTABLE):
        raise LedgerError(
            f"{bead.id}: {', '.join(unknown)} cannot be set; fields: {', '.join(sorted(SETTABLE))}"
        )
    if "metadata" in values:
        values["metadata"] = merged_metadata(bead, values["metadata"])
    if isinstance(values.get("labels"), Sequence) and not isinstance(values["labels"], str):
        values["labels"] = unique(values["labels"])
    if "issue_type" in values:
        values["issue_type"] = type_named(str(values["issue_type"]))
    if "status" in values:
        _check_status(bead, values["status"])
    new = _rebuilt(bead, values)
    return bead if new == bead else checked(new.model_copy(update={"updated_at": at}))


def closed(bead: Bead, reason: str, evidence: Mapping[str, Any] | None, at: datetime) -> Bead:
    """The bead, closed once."""
    if bead.status == CLOSED:
        raise LedgerError(
            f"{bead.id} is already closed ({bead.close_reason or 'no reason'}); "
            f"reopen it first: town bead reopen {bead.id} --reason …"
        )
    update: dict[str, Any] = {
        "status": CLOSED,
        "closed_at": at,
        "close_reason": reason,
        "updated_at": at,
    }
    if evidence is not None:
        update["metadata"] = {**bead.metadata, EVIDENCE: as_json(bead.id, evidence)}
    return checked(bead.model_copy(update=update))


def opened(bead: Bead, at: datetime) -> Bead:
    """The bead, open again; evidence of a close that no longer stands goes with it."""
    metadata = {key: value for key, value in bead.metadata.items() if key != EVIDENCE}
    return bead.model_copy(
        update={
            "status": OPEN,
            "closed_at": None,
            "close_reason": "",
            "updated_at": at,
            "metadata": metadata,
        }
    )


def stamped(new: Bead, old: Bead) -> Bead:
    """The change, stamped later than what it changes, even where the clock was set back.

    What git carries of a bead is compared by its stamp: an older self must never seem newer.
    """
    if new.updated_at >= old.updated_at:
        return new
    return new.model_copy(update={"updated_at": old.updated_at + timedelta(microseconds=1)})


def check_takeable(
    bead: Bead, standing: Claim | None, held_by: Sequence[str], at: datetime, *, evict: int | None
) -> None:
    """Refuse a claim that may not be had.

    A bead in progress without a claim was taken on another machine (it came in by import): only
    `evict` takes it.
    """
    evicted = evict == (standing.token if standing is not None else 0)
    if standing is not None and standing.expires_at > at and not evicted:
        raise ClaimedError(
            f"{bead.id} is claimed by {standing.holder} until {standing.expires_at.isoformat()}"
        )
    allowed = {OPEN, IN_PROGRESS} if standing is not None or evicted else {OPEN}
    if bead.status not in allowed:
        raise LedgerError(f"{bead.id} is {bead.status}, only an open bead can be claimed")
    if held_by:
        raise LedgerError(f"{bead.id} is blocked by {', '.join(held_by)}")


def check_token(bead: str, standing: Claim | None, token: int) -> None:
    """Refuse a token that is not the one of the claim that stands."""
    if standing is None or standing.token != token:
        now = f"the newest is {standing.token} of {standing.holder}" if standing else "none stands"
        raise StaleTokenError(f"{bead}: token {token} is void, {now}; the claim was lost")


def check_free(bead: str, standing: Claim | None, at: datetime) -> None:
    """Refuse a close without token while somebody works on the bead."""
    if standing is not None and standing.expires_at > at:
        raise StaleTokenError(
            f"{bead} is claimed by {standing.holder} until {standing.expires_at.isoformat()};"
            " only its token closes it"
        )


def check_lease(lease: timedelta) -> None:
    """Refuse a lease that has run out before it begins."""
    if lease <= timedelta(0):
        raise LedgerError(f"a lease of {lease.total_seconds():g} s is none; give a positive one")


def imported(bead: Bead, standing: Claim | None) -> Bead:
    """A bead from outside; one that is claimed here stays in progress unless it comes in closed."""
    checked(bead)
    if standing is None or bead.status == CLOSED:
        return bead
    return bead.model_copy(update={"status": IN_PROGRESS})


def checked(bead: Bead) -> Bead:
    """The bead itself. Raises LedgerError when it breaks an invariant of the format."""
    if findings := invariants(bead):
        raise LedgerError(f"{bead.id}: {'; '.join(findings)}")
    return bead


def invariants(bead: Bead) -> list[str]:
    """What is wrong with a bead that has the right shape."""
    found: list[str] = []
    if bead.issue_type not in TYPES:
        found.append(f"unknown type {bead.issue_type!r}; types: {', '.join(sorted(TYPES))}")
    if bead.status not in STATUSES:
        found.append(f"unknown status {bead.status!r}; statuses: {', '.join(sorted(STATUSES))}")
    if (bead.status == CLOSED) != (bead.closed_at is not None):
        found.append(
            "closed without closed_at"
            if bead.status == CLOSED
            else f"closed_at is set but the status is {bead.status!r}"
        )
    if bead.ephemeral and (bead.model_extra or {}).get("no_history"):
        found.append("both ephemeral and no_history, one excludes the other")
    if not bead.title:
        found.append("the title is empty; it says in one line what is to be done")
    elif len(bead.title) > LONGEST_TITLE:
        found.append(f"the title has {len(bead.title)} characters, {LONGEST_TITLE} are allowed")
    return found + [
        f"{name} has no time zone"
        for name in ("created_at", "updated_at", "closed_at", "defer_until")
        if (value := getattr(bead, name)) is not None and value.tzinfo is None
    ]


def type_named(said: str) -> str:
    """The type's own name. Raises LedgerError for one nobody knows."""
    name = TYPE_ALIASES.get(said, said)
    if name not in TYPES:
        raise LedgerError(f"unknown type {said!r}; types: {', '.join(sorted(TYPES))}")
    return name


def merged_metadata(bead: Bead, said: object) -> dict[str, Any]:
    """Metadata with keys set; None removes one."""
    if not isinstance(said, Mapping):
        raise LedgerError(f"{bead.id}: metadata is a table of keys and values, not {said!r}")
    changes = cast("Mapping[str, Any]", said)
    both = {**bead.metadata, **changes}
    gone = {key for key, value in changes.items() if value is None}
    return as_json(bead.id, {key: value for key, value in both.items() if key not in gone})


def as_json(bead: str, value: Mapping[str, Any]) -> dict[str, Any]:
    """The value as it will be read back. Raises LedgerError for what JSON cannot hold."""
    try:
        text = json.dumps(dict(value), allow_nan=False, ensure_ascii=False)
        text.encode()
        return json.loads(text)
    except (TypeError, ValueError, RecursionError) as error:
        raise LedgerError(f"{bead}: metadata cannot be written as JSON: {error}") from error


def written(bead: Bead) -> str:
    """A bead as the store keeps it. Raises LedgerError for what JSON cannot hold."""
    try:
        return bead.model_dump_json()
    except ValueError as error:
        raise LedgerError(f"{bead.id} cannot be written as JSON: {error}") from error


def unique(values: Sequence[T]) -> tuple[T, ...]:
    """The values in their order, each once."""
    kept: list[T] = []
    for value in values:
        if value not in kept:
            kept.append(value)
    return tuple(kept)


def validation_texts(error: ValidationError) -> list[str]:
    """What pydantic found: `priority: Input should be less than or equal to 4`."""
    return [
        f"{'.'.join(str(part) for part in item['loc'])}: {item['msg']}" for item in error.errors()
    ]


def _check_status(bead: Bead, status: Any) -> None:
    if status == CLOSED:
        raise LedgerError(
            f"{bead.id}: a status alone closes nothing; give a reason: "
            f"town bead close {bead.id} --reason …"
        )
    if bead.status == CLOSED:
        raise LedgerError(
            f"{bead.id} is closed; reopen it, with a reason: town bead reopen {bead.id} --reason …"
        )


def _rebuilt(bead: Bead, values: Mapping[str, Any]) -> Bead:
    try:
        return Bead.model_validate({**bead.model_dump(), **values})
    except ValidationError as error:
        raise LedgerError(f"{bead.id}: {'; '.join(validation_texts(error))}") from error
