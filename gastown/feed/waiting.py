"""Waiting: what only a person can settle: gates, escalations with the Overseer, unread letters."""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from gastown.agents.prose import one_line
from gastown.beads.ledger import Ledger
from gastown.escalation.escalation import OVERSEER
from gastown.escalation.record import open_escalations
from gastown.gates.judge import HUMAN, MAIL
from gastown.gates.record import open_gates
from gastown.gates.words import how_to_answer, waits_for
from gastown.mail.box import inbox
from gastown.stage import Frozen

_CHARS = 120


class Waiting(Frozen):
    """One thing that waits for a person, since when, and the command that answers it."""

    kind: Literal["escalation", "gate", "mail"]
    id: str
    since: datetime
    said: str
    answer: str


def waiting_for_person(ledger: Ledger) -> tuple[Waiting, ...]:
    """Escalations first, then gates, then letters; of each the oldest first.

    A letter that only tells of a gate, or of an escalation, is not told beside it.
    """
    first = [*sorted(_escalations(ledger), key=_since), *sorted(_gates(ledger), key=_since)]
    told = {one.id for one in first}
    letters = [mail for mail in inbox(ledger, OVERSEER) if not mail.read]
    rest = [
        Waiting(
            kind="mail",
            id=mail.id,
            since=mail.at,
            said=one_line(f"{mail.letter.sender}: {mail.letter.title}", _CHARS),
            answer=f"town mail read {mail.id}",
        )
        for mail in letters
        if mail.letter.about not in told
    ]
    return (*first, *rest)


def _escalations(ledger: Ledger) -> Iterator[Waiting]:
    for bead, one in open_escalations(ledger).items():
        if one.tier == OVERSEER:
            said = one_line(f"{one.severity} {one.category}: {one.subject}", _CHARS)
            answer = f"town escalation resolve {bead} --how …"
            yield Waiting(kind="escalation", id=bead, since=one.since, said=said, answer=answer)


def _gates(ledger: Ledger) -> Iterator[Waiting]:
    for bead, record in open_gates(ledger).items():
        if record.rejected is None and (record.gate.type in {HUMAN, MAIL} or record.escalated):
            title = ledger.show(bead).title
            said = one_line(f"{title}: {waits_for(record.gate)}", _CHARS)
            yield Waiting(
                kind="gate", id=bead, since=record.opened, said=said, answer=how_to_answer(bead)
            )


def _since(one: Waiting) -> datetime:
    return one.since
