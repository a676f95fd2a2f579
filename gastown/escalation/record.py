"""record: what the ledger keeps of an escalation, on a bead of its own.

Each change looks and writes in one transaction, so that whoever asks at once, and whenever they
die, one chain comes of it. Closing the bead is what resolves it; the last link is read from that.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import count
from typing import Any

from pydantic import BaseModel

from gastown.beads.bead import CLOSED, Bead, Draft
from gastown.beads.ledger import Clock, Ledger, utc_now
from gastown.errors import LedgerError
from gastown.escalation import chain
from gastown.escalation.escalation import PRIORITIES, Escalation, Link
from gastown.escalation.route import address_of

KEY = "escalation"
"""Key of the metadata under which its record lies."""
LABEL = "gt:escalation"
TYPE = "gate"
"""Of its bead: somebody's answer is waited for, and no agent takes it for work."""


class Ending(BaseModel):
    """What the evidence of its close says; a close by hand says nothing."""

    by: str = "somebody"


def escalate(
    ledger: Ledger,
    escalation: Escalation,
    *,
    key: str = "",
    again: bool = False,
    clock: Clock = utc_now,
) -> Bead:
    """Raise it: a bead that somebody has to answer for.

    Args:
        ledger: Where.
        escalation: What; its tier and chain are set here.
        key: Names the cause. Whoever raises it a second time, at once or after a crash, gets the
            first one, which takes on a worse severity and what is said newly.
        again: Whether the cause of this key may come back: once it was resolved, it is raised anew.
        clock: The time.
    """
    new = chain.raised(escalation, clock())
    draft, actor = _draft(new), new.source or "town"
    if not key:
        return ledger.create(draft, actor=actor)
    names = _names(key)
    bead = ledger.create_once(draft, next(names), actor=actor)
    while again and bead.status == CLOSED:
        bead = ledger.create_once(draft, next(names), actor=actor)
    if bead.status == CLOSED:
        return bead
    return _amend(ledger, bead.id, lambda one: chain.met_again(one, new, clock()), actor)


def escalation_of(bead: Bead) -> Escalation | None:
    """The escalation that a bead is; None for any other."""
    found = bead.metadata.get(KEY)
    if bead.issue_type != TYPE or not isinstance(found, dict):
        return None
    one = Escalation.model_validate({**found, "subject": bead.title, "text": bead.description})
    return one.model_copy(update={"chain": (*one.chain, *_ending(bead, one))})


def require(ledger: Ledger, bead: str) -> Escalation:
    """The escalation of that id. Raises LedgerError for a bead that is none."""
    return _required(ledger.show(bead))


def open_escalations(ledger: Ledger) -> dict[str, Escalation]:
    """Every escalation that is not resolved, by its bead, oldest first."""
    found = ((b.id, escalation_of(b)) for b in ledger.find(label=LABEL) if b.status != CLOSED)
    return {bead: one for bead, one in found if one is not None}


def ack(
    ledger: Ledger, bead: str, who: str, note: str = "", *, clock: Clock = utc_now
) -> Escalation:
    """Say that somebody is at it. Raises LedgerError once it is resolved."""
    return change(ledger, bead, lambda one: chain.acked(one, who, clock(), note), who)


def forward(
    ledger: Ledger, bead: str, who: str, why: str = "", *, clock: Clock = utc_now
) -> Escalation:
    """Give it to the next tier. Raises LedgerError once it is resolved, or at the Overseer."""
    return change(ledger, bead, lambda one: chain.forwarded(one, who, clock(), why), who)


def resolve(ledger: Ledger, bead: str, who: str, how: str) -> bool:
    """End it; False when another did. Raises LedgerError for a bead that is no escalation."""
    if require(ledger, bead).resolved:
        return False
    try:
        ledger.close(bead, how, evidence={"by": who}, actor=who)
    except LedgerError:
        if ledger.show(bead).status == CLOSED:  # another was quicker
            return False
        raise
    return True


def change(
    ledger: Ledger, bead: str, step: Callable[[Escalation], Escalation], actor: str
) -> Escalation:
    """Let a step of `chain` make of it what it will. Raises what the step does."""
    return _required(_amend(ledger, bead, step, actor))


def _amend(ledger: Ledger, bead: str, step: Callable[[Escalation], Escalation], actor: str) -> Bead:
    def write(now: Bead) -> dict[str, Any]:
        old = _required(now)
        try:
            new = step(old)
        except LedgerError as error:
            raise LedgerError(f"{bead}: {error}") from None
        return {} if new == old or now.status == CLOSED else _fields(new)

    return ledger.amend(bead, write, actor=actor)


def _required(bead: Bead) -> Escalation:
    one = escalation_of(bead)
    if one is None:
        raise LedgerError(
            f"{bead.id} ({bead.title}) is no escalation; see: town escalation list --all"
        )
    return one


def _names(key: str) -> Iterator[str]:
    yield key
    yield from (f"{key} #{number}" for number in count(2))


def _draft(one: Escalation) -> Draft:
    return Draft(
        title=one.subject,
        description=one.text,
        infix="esc",
        issue_type=TYPE,
        labels=(LABEL,),
        **_fields(one),
    )


def _fields(one: Escalation) -> dict[str, Any]:
    """The bead's fields; a resolved link is none of them: the close itself is."""
    kept = one.model_dump(mode="json", exclude={"subject", "text"})
    return {
        "priority": PRIORITIES[one.severity],
        "assignee": address_of(one.tier, one.rig),
        "metadata": {KEY: kept},
    }


def _ending(bead: Bead, one: Escalation) -> tuple[Link, ...]:
    if bead.status != CLOSED:
        return ()
    evidence: Any = bead.metadata.get("evidence")
    who = Ending.model_validate(evidence or {}).by
    at: datetime = bead.closed_at or bead.updated_at
    return (Link(at=at, who=who, did="resolved", tier=one.tier, why=bead.close_reason),)
