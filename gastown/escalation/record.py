"""record: what the ledger keeps of an escalation, on a bead of its own.

Each change looks and writes in one transaction, so that whoever asks at once, and whenever they
die, one chain comes of it. Closing the bead is what resolves it; the last link is read from that.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import count
from typing import Any

from pydantic import BaseModel

from gastown.beads.bead import CLOSED, STATUSES, Bead, Draft
from gastown.beads.drafting import ONCE
from gastown.beads.ids import keyed, stem_of
from gastown.beads.ledger import Clock, Ledger, utc_now
from gastown.errors import LedgerError, NotFoundError
from gastown.escalation import chain
from gastown.escalation.due import aged
from gastown.escalation.escalation import PRIORITIES, Escalation, Link, Notice
from gastown.escalation.gone import Fact, gone, watched
from gastown.escalation.notice import noted, unsent
from gastown.escalation.route import address_of
from gastown.town.tables.escalation import EscalationTable

KEY = "escalation"
"""Key of the metadata under which its record lies."""
LABEL = "gt:escalation"
INFIX = "esc"
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
    ends = escalation.ends or _blockers(ledger, escalation)
    new = chain.raised(escalation.model_copy(update={"ends": ends}), clock())
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


def of_key(ledger: Ledger, key: str) -> Bead | None:
    """The bead of what was raised under a key, the first of it; None if nothing was."""
    for name in keyed(stem_of("hq", INFIX), key):
        try:
            bead = ledger.show(name)
        except NotFoundError:
            continue
        if bead.metadata.get(ONCE) == key:
            return bead
    return None


def require(ledger: Ledger, bead: str) -> Escalation:
    """The escalation of that id. Raises LedgerError for a bead that is none."""
    return _required(ledger.show(bead))


def open_escalations(ledger: Ledger) -> dict[str, Escalation]:
    """Every escalation that is not resolved, by its bead, oldest first."""
    left = sorted(STATUSES - {CLOSED})  # what is over may be much, and is not read
    beads = [bead for status in left for bead in ledger.find(label=LABEL, status=status)]
    beads.sort(key=lambda bead: bead.created_at)
    found = ((bead.id, escalation_of(bead)) for bead in beads)
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


def facts_of(ledger: Ledger, one: Escalation) -> dict[str, Fact]:
    """What the ledger knows of the beads that it is about; one that was forgotten is over."""
    found: dict[str, Fact] = {}
    for name in watched(one):
        try:
            bead = ledger.show(name)
            found[name] = Fact(over=bead.status == CLOSED, reason=bead.close_reason)
        except NotFoundError:
            if any(event.kind == "forgotten" for event in ledger.events(bead=name)):
                found[name] = Fact(over=True, reason="it was given up")
    return found


def end_if_gone(ledger: Ledger, bead: str) -> bool:
    """Resolve it if its cause is gone; whether that was done now."""
    one = require(ledger, bead)
    why = gone(one, facts_of(ledger, one))
    return why is not None and not one.resolved and resolve(ledger, bead, "town", why)


def look(
    ledger: Ledger, bead: str, table: EscalationTable, *, clock: Clock = utc_now
) -> Escalation:
    """Resolve it if its cause is gone, else let it rise if it is time; what it is after that."""
    end_if_gone(ledger, bead)
    return change(ledger, bead, lambda now: aged(now, table, clock()), "town")


def begin_notice(
    ledger: Ledger,
    bead: str,
    blocks: Sequence[str],
    sender: str,
    is_dead: Callable[[str], bool],
    *,
    clock: Clock = utc_now,
) -> Notice | None:
    """Note the next notice that is to be sent, as begun by this sender; None when there is none."""
    begun: list[Notice] = []

    def step(one: Escalation) -> Escalation:
        found = unsent(one, blocks, clock(), is_dead)
        begun[:] = [notice.model_copy(update={"sender": sender}) for notice in found[:1]]
        return noted(one, begun[0]) if begun else one

    change(ledger, bead, step, "town")
    return begun[0] if begun else None


def end_notice(ledger: Ledger, bead: str, notice: Notice, error: str = "") -> None:
    """Note that it was sent, or why not."""
    after = notice.model_copy(update={"sent": not error, "error": error[:300]})
    change(ledger, bead, lambda one: noted(one, after), "town")


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


def _blockers(ledger: Ledger, one: Escalation) -> tuple[str, ...]:
    """Of what is blocked: the beads that block it now. When they close, it is so no more."""
    if one.category != "blocked" or not one.about:
        return ()
    try:
        needs = ledger.show(one.about).needs
        return tuple(need for need in needs if ledger.show(need).status != CLOSED)
    except NotFoundError:
        return ()


def _names(key: str) -> Iterator[str]:
    yield key
    yield from (f"{key} #{number}" for number in count(2))


def _draft(one: Escalation) -> Draft:
    return Draft(
        title=one.subject,
        description=one.text,
        infix=INFIX,
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
