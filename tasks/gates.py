"""gates: look at what gates wait for, answer them, call a person; what it finds is in the ledger.

A look asks GitHub, mail and other beads without any lock, then writes under the town's gate lock,
so that two looks at once resolve nothing twice and call nobody twice.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from gastown.beads.bead import CLOSED, Bead
from gastown.beads.ledger import utc_now
from gastown.convoys.molecule import Molecule, load
from gastown.errors import GasTownError, LedgerError
from gastown.formula.plan import Plan
from gastown.gates.facts import Answer, Facts
from gastown.gates.form import form_of, output_of, question
from gastown.gates.judge import Judgement, Overdue, Rejected, Resolved, judge
from gastown.gates.mail import asked_of, gate_letter, replies, take_back
from gastown.gates.record import (
    GateRecord,
    change,
    close_gate,
    escalate_gate,
    open_gate,
    record_of,
    reject_gate,
    require_record,
)
from gastown.gates.words import how_to_answer, waits_for
from gastown.mail.box import put_away
from gastown.mail.post import send
from gastown.rigs.lock import file_lock
from gastown.stage import Frozen
from gastown.town.town import Town
from tasks.alarms import gate_overdue
from tasks.gate_facts import Sighted, sighted

Tell = Callable[[str, str], None]
"""Tells a person: a subject, and the text. Raises GasTownError when it could not."""


class Looked(Frozen):
    """What a look found of one gate: open, resolved, rejected, overdue; `new` if it is news."""

    gate: str
    key: str
    title: str
    found: str
    said: str = ""
    run: str = ""
    new: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """What a person says to a gate: yes or no, in what words, and the form's fields as texts."""

    approved: bool = True
    by: str = ""
    via: str = "town gate"
    answer: str = ""
    comment: str = ""
    fields: Mapping[str, object] | None = None


def gate_lock(town: Town) -> AbstractContextManager[None]:
    """Held by whoever writes about gates."""
    return file_lock(town.layout.state / "gates.lock")


def open_all(
    town: Town, molecule: Molecule, keys: Collection[str], run: str = "", pause: str = ""
) -> dict[str, GateRecord]:
    """Note that these gates wait from now on, and in which suspension of which flow run.

    Gives the records of those that are not closed, by their bead; twice is once.
    """
    found: dict[str, GateRecord] = {}
    with gate_lock(town):
        for key in keys:
            bead = molecule.beads[key]
            if town.ledger.show(bead).status == CLOSED:
                continue
            record = open_gate(town.ledger, molecule, key, utc_now())
            if run and (record.run, record.pause) != (run, pause):
                record = change(town.ledger, bead, run=run, pause=pause)
            if not record.letter:
                record = _asked_by_mail(town, molecule.plan, bead, record)
            found[bead] = record
    return found


def still_open(town: Town, gates: Iterable[str]) -> dict[str, GateRecord]:
    """Of these gates, those that wait still, as they are now: not closed, and not refused."""
    found: dict[str, GateRecord] = {}
    for gate in gates:
        bead = town.ledger.show(gate)
        record = record_of(bead)
        if bead.status != CLOSED and record is not None and record.rejected is None:
            found[gate] = record
    return found


def look_at(
    town: Town,
    gates: Collection[str],
    tell: Tell | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> list[Looked]:
    """Look at open gates: close what is resolved, call a person for what is overdue, once.

    Args:
        town: Whose gates.
        gates: Their beads; what is closed by now is passed over.
        tell: Tells a person of a gate that is overdue; nobody is told without it.
        clock: The time.
    """
    found: list[Looked] = []
    mail = replies(town.ledger)
    for gate in gates:
        bead = town.ledger.show(gate)
        record = record_of(bead)
        if bead.status != CLOSED and record is not None:
            seen = sighted(town, record, mail.get(gate, ()), clock())
            found.append(_applied(town, bead, record, seen, tell, clock()))
    return found


def answer(town: Town, gate: str, reply: Reply, clock: Callable[[], datetime] = utc_now) -> Looked:
    """Answer a gate as a person does. An answer that its form refuses changes nothing.

    Raises LedgerError for a gate that is resolved, or not open yet, and for such an answer.
    """
    bead = town.ledger.show(gate)
    if bead.status == CLOSED:
        raise LedgerError(f"{gate} is resolved already: {bead.close_reason or 'no reason'}")
    record = require_record(bead)
    comment = reply.comment or reply.answer
    output = {"approved": False, "answer": reply.answer}
    if reply.approved:
        plan = load(town.ledger, town.ledger.show(record.molecule)).plan
        output = output_of(form_of(plan, record.key), reply.answer, reply.fields or {})
    said = Answer(
        approved=reply.approved, by=reply.by, via=reply.via, comment=comment, output=output
    )
    seen = Sighted(Facts(opened=record.opened, answer=said), record.sight)
    return _applied(town, bead, record, seen, None, clock())


def rejections(town: Town, molecule: Molecule, keys: Collection[str]) -> dict[str, str]:
    """Of these gates, those to which a person said no, by key, and in which words."""
    found: dict[str, str] = {}
    for key in keys:
        record = record_of(town.ledger.show(molecule.beads[key]))
        if record is not None and record.rejected is not None:
            said = record.rejected
            found[key] = f"rejected by {said.by or 'somebody'}: {said.reason}"
    return found


def ask_anew(town: Town, molecule: Molecule, keys: Collection[str]) -> None:
    """Put a no that failed its run aside, so that Retry asks again."""
    with gate_lock(town):
        for key in keys:
            change(town.ledger, molecule.beads[key], rejected=None, run="", pause="")


def refuse_answer(town: Town, gate: str, why: str) -> None:
    """Note what was wrong with an answer; it is shown where the gate is asked again."""
    with gate_lock(town):
        if town.ledger.show(gate).status != CLOSED:
            change(town.ledger, gate, refused=why)


def _applied(
    town: Town,
    bead: Bead,
    record: GateRecord,
    seen: Sighted,
    tell: Tell | None,
    now: datetime,
) -> Looked:
    found = judge(record.gate, seen.facts, now)
    with gate_lock(town):
        if town.ledger.show(bead.id).status == CLOSED:  # another was quicker
            return _look(bead, record, "resolved", town.ledger.show(bead.id).close_reason)
        if seen.sight != record.sight:
            change(town.ledger, bead.id, sight=seen.sight)
        look = _written(town, bead, record, found, now)
        _put_away(town, bead.id, look, seen)
    if look.found == "overdue":
        gate_overdue(town, bead.id, bead.title, record, look.said)
    if look.found == "overdue" and look.new:
        _told(town, look, record, tell)
    return look


def _put_away(town: Town, gate: str, look: Looked, seen: Sighted) -> None:
    """Answers that were read, and the question where it is answered; one refused is asked anew."""
    for message in seen.taken:
        put_away(town.ledger, message, f"read as an answer to {gate}", "town")
    if look.found == "resolved":
        take_back(town.ledger, require_record(town.ledger.show(gate)))
    elif seen.refused:
        record = change(town.ledger, gate, refused=seen.refused)
        take_back(town.ledger, record)
        plan = load(town.ledger, town.ledger.show(record.molecule)).plan
        _asked_by_mail(town, plan, gate, record, f"{gate} refused {' '.join(seen.taken)}")


def _asked_by_mail(
    town: Town, plan: Plan, gate: str, record: GateRecord, key: str = ""
) -> GateRecord:
    """Send the letter that asks for a word, where one is wanted; the record then names it."""
    to = asked_of(record, town.config)
    if to is None:
        return record
    asked, form = question(plan, record.key), form_of(plan, record.key)
    letter = gate_letter(town.ledger.show(gate), record, asked, form, to)
    sent = send(town.ledger, letter, key=key or f"{gate} opened {record.opened.isoformat()}")
    return change(town.ledger, gate, letter=sent.id)


def _written(town: Town, bead: Bead, record: GateRecord, found: Judgement, now: datetime) -> Looked:
    if isinstance(found, Resolved):
        new = close_gate(town.ledger, bead.id, found, now)
        return _look(bead, record, "resolved", found.summary, new=new)
    if isinstance(found, Rejected):
        reject_gate(town.ledger, bead.id, found, now)
        return _look(bead, record, "rejected", found.reason, new=True)
    if isinstance(found, Overdue):
        new = escalate_gate(town.ledger, bead.id, found.reason, now)
        return _look(bead, record, "overdue", found.reason, new=new)
    return _look(bead, record, "open", waits_for(record.gate))


def _look(bead: Bead, record: GateRecord, found: str, said: str, *, new: bool = False) -> Looked:
    return Looked(
        gate=bead.id,
        key=record.key,
        title=bead.title,
        found=found,
        said=said,
        run=record.run,
        new=new,
    )


def _told(town: Town, look: Looked, record: GateRecord, tell: Tell | None) -> None:
    """Tell a person. It is on record before, so that nothing is told twice, whatever dies."""
    if tell is None:
        return
    subject = f"{town.config.town.name}: {look.title} needs a person"
    body = (
        f"{look.title} waits for {waits_for(record.gate)}, and {look.said}.\n\n"
        f"Convoy: {record.convoy or record.molecule}\n"
        f"Open it: {how_to_answer(look.gate)}\n"
        f"Refuse it: {how_to_answer(look.gate)} --reject --comment …"
    )
    try:
        tell(subject, body)
    except GasTownError as error:
        _note_told(town, look.gate, f"{look.said}; not told: {error}", told=False)
    else:
        _note_told(town, look.gate, look.said, told=True)


def _note_told(town: Town, gate: str, reason: str, *, told: bool) -> None:
    with gate_lock(town):
        record = record_of(town.ledger.show(gate))
        if record is None or record.escalated is None:
            return
        new = record.escalated.model_copy(update={"told": told, "reason": reason})
        change(town.ledger, gate, escalated=new)
