"""baggage: an agent's mail and what it is told, on the way to another machine and back.

A letter that travels is noted as shown to the attempt, and put away when the report says that its
session went on. Until then it waits, as for any session that died. What the session wrote there is
sent here, within the same allowance, and once however often the report is read.
"""

from contextlib import suppress
from typing import Any

from gastown.beads.bead import CLOSED, Bead
from gastown.beads.ledger import Ledger
from gastown.burst.baggage import MOST_LETTERS, Baggage, sealed
from gastown.burst.report import BurstReport
from gastown.errors import GasTownError
from gastown.hooks.ending import bring, ending_of, latest
from gastown.hooks.prime import Part
from gastown.mail.box import inbox
from gastown.mail.delivery import answered
from gastown.mail.letter import Letter, letter_of
from gastown.stage import StageRequest
from tasks.desk import Desk
from tasks.letterbox import letterbox_of
from tasks.outbox import outbox_of, sent_in, town_book
from tasks.resuming import ENDED, LETTERS, beside

_AFTER_ALL = (1 << 62, 0)
ELSEWHERE = Part(
    name="where you are",
    text="You work on another machine than the session before; what it had not committed is not "
    "here.",
    rank=1,
)


def packed(desk: Desk) -> Baggage:
    """What a step's agent takes along."""
    town, request = desk.town, desk.request
    box = letterbox_of(town, request)
    if box is None:
        return Baggage()
    agent = str(box.address)
    told = [part for part in beside(desk.spot, None) if part.name != LETTERS]
    news: list[Bead] = []
    with suppress(GasTownError):  # the ledger is busy: it is read at home, when it is back
        news = [town.ledger.show(mail.id) for mail in box.waiting()[:MOST_LETTERS]]
    sent = sent_in(town.ledger, request)
    return Baggage(
        agent=agent,
        told=(*told, ELSEWHERE)
        if any(part.name.startswith(ENDED) for part in told)
        else tuple(told),
        mail=(
            *(sealed(bead, agent) for bead in news),
            *(sealed(bead, bead.assignee) for bead in sent),
        ),
        book=town_book(town, request),
    )


def brought_back(desk: Desk) -> dict[str, Any]:
    """On the other machine: what of a report is the agent's own."""
    if desk.baggage is None:
        return {}
    ledger, last = desk.town.ledger, latest(desk.folder.parent, before=_AFTER_ALL)
    return {
        "read": read_of(ledger, desk.baggage),
        "letters": written_of(ledger, desk.request, desk.baggage),
        "ended": ending_of(last) if last else None,
    }


def read_of(ledger: Ledger, baggage: Baggage) -> tuple[str, ...]:
    """On the other machine: the letters after which its session went on."""
    mine = (bead.id for bead in baggage.mail if bead.assignee == baggage.agent)
    return tuple(one for one in mine if ledger.show(one).status == CLOSED)


def written_of(ledger: Ledger, request: StageRequest, baggage: Baggage) -> tuple[Letter, ...]:
    """On the other machine: the letters that were written there."""
    known = {bead.id for bead in baggage.mail}
    return tuple(letter_of(bead) for bead in sent_in(ledger, request) if bead.id not in known)


def unpacked(desk: Desk, report: BurstReport) -> None:
    """Put away what was read there, and send what was written; told twice is told once.

    A letter that may not be sent after all is kept beside the attempt, with the reason.
    """
    town, request = desk.town, desk.request
    if report.ended is not None:
        bring(desk.folder, report.ended)
    box = letterbox_of(town, request)
    if box is None:
        return
    with suppress(GasTownError):  # then they are shown once more, to the next session
        waiting = inbox(town.ledger, box.address, hears=box.hears)
        answered(town.ledger, box.address, [one for one in waiting if one.id in report.read])
    unsent = [
        {"letter": one.model_dump(mode="json"), "why": why}
        for one in report.letters
        if (why := _why_unsent(desk, one))
    ]
    if unsent:
        desk.keep("unsent.json", unsent)


def _why_unsent(desk: Desk, letter: Letter) -> str:
    """Send a letter in the agent's own name, whatever name it came with; else why not."""
    outbox = outbox_of(desk.town, desk.request)
    if outbox is None:
        return f"a {desk.request.role} writes no letters"
    about = desk.request.bead or desk.request.step
    said = {key: value for key, value in letter.fields.items() if key == "Problem"}
    own = {"sender": outbox.sender, "about": about, "fields": said, "reply_to": "", "priority": 2}
    try:
        outbox.send(letter.model_copy(update=own))
    except GasTownError as error:
        return str(error)
    return ""
