"""tell_end: those who asked for it are told how a convoy ended, each once for each end.

A letter is sent under a key, then marked as told: whatever dies, one letter comes of it. What goes
out through a notification block is marked before it is sent: rather not told than told twice.
"""

from blocks.notify import notify
from gastown.agents.prose import one_line
from gastown.beads.bead import Bead
from gastown.beads.ledger import utc_now
from gastown.convoys.board import board
from gastown.convoys.cells import bead_cells
from gastown.convoys.convoy import show_convoy
from gastown.errors import GasTownError
from gastown.feed.subscribers import Ending, Subscriber, ending_of, note_error, subscribers, take
from gastown.mail.address import TOWN
from gastown.mail.letter import SUBJECT_CHARS, Letter
from gastown.mail.post import send
from gastown.town.town import Town


def tell_end(town: Town, convoy: str, *, blocks: bool = True) -> list[str]:
    """Tell everybody who is to be told of this end; what could not be sent, a line each.

    Nothing where the convoy goes on, and to nobody who was told of this end already. With `blocks`
    the town's server must be at hand; without, those who hear through one are not told.
    """
    bead = show_convoy(town.ledger, convoy)
    ending, failed = ending_of(bead), list[str]()
    for one in subscribers(bead) if ending else ():
        if ending is None or one.told == ending.key or not (blocks or one.target.by == "mail"):
            continue
        try:
            _tell(town, bead, one, ending)
        except GasTownError as error:
            note_error(town.ledger, convoy, one.target, str(error))
            failed.append(f"{one.target.name} was not told: {error}")
    return failed


def _tell(town: Town, bead: Bead, one: Subscriber, ending: Ending) -> None:
    if one.target.by == "mail":
        _write(town, bead, one, ending)
        take(town.ledger, bead.id, one.target, utc_now())
    elif take(town.ledger, bead.id, one.target, utc_now()) is not None:
        subject = f"{town.config.town.name}: {_subject(bead, ending)}"
        notify(one.target.to, subject, _text(town, bead, ending))


def _write(town: Town, bead: Bead, one: Subscriber, ending: Ending) -> None:
    letter = Letter(
        sender=TOWN,
        to=one.target.to,
        subject=_subject(bead, ending),
        text=_text(town, bead, ending),
        about=bead.id,
    )
    send(town.ledger, letter, key=f"{bead.id} {one.target.name} {ending.key}")


def _subject(bead: Bead, ending: Ending) -> str:
    words = {"landed": "has landed", "failed": "did not land", "given up": "was given up"}
    said = words.get(ending.outcome, "was closed")
    return one_line(f"{bead.id} {said}: {bead.title}", SUBJECT_CHARS)


def _text(town: Town, bead: Bead, ending: Ending) -> str:
    rows = [bead_cells(row) for row in board(town.ledger, bead.id).beads]
    beads = "\n".join(f"{row.mark} {row.id} {row.title}: {row.commit}" for row in rows)
    return f"{ending.why}\n\n{beads}".strip()
