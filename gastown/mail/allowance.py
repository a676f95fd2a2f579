"""allowance: whether a session may send a letter: to whom, how long, and how many. Pure.

A model is kept from what a person is not: it reaches its own rig and two roles of the town, never a
list or everybody, and calls for help once. What it may, it may as often for each round of a step,
however many sessions that takes.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from gastown.mail.address import DEACON, MAYOR, OVERSEER, REFINERY, WITNESS
from gastown.mail.letter import Kind, Letter
from gastown.stage import Frozen

WRITERS = frozenset({"defender", "polecat", "refinery", "librarian", "crew", "mayor"})
"""Roles whose sessions write letters; the others only read what may be written to sway them."""
MOST: Mapping[str, int] = MappingProxyType({"NOTE": 5, "HELP": 1})
"""Letters of a kind in one round of a step. Five were enough for whoever had something to say."""
MOST_BYTES = 4_096
_OF_RIG = (WITNESS, REFINERY, "defender", "librarian")


class Book(Frozen):
    """Whom a session may write to; `help` is answered by those who settle escalations."""

    notes: tuple[str, ...] = ()
    help: tuple[str, ...] = ()

    def of(self, kind: Kind) -> tuple[str, ...]:
        """Whom letters of a kind may go to."""
        return {"NOTE": self.notes, "HELP": self.help}.get(kind, ())


def book_of(me: str, rig: str | None, names: Sequence[str] = ()) -> Book:
    """The book of an agent.

    Args:
        me: Its address; nobody writes to themselves.
        rig: Its rig, if it has one.
        names: Who else is at the rig now: its slots, `crew/<name>`.
    """
    own = [f"{rig}/{name}" for name in (*_OF_RIG, *names)] if rig else []
    witness = [f"{rig}/{WITNESS}"] if rig else []
    return Book(
        notes=tuple(one for one in dict.fromkeys((MAYOR, DEACON, *own)) if one != me),
        help=tuple(one for one in (DEACON, MAYOR, OVERSEER, *witness) if one != me),
    )


def why_not(letter: Letter, book: Book, sent: Sequence[Letter]) -> str:
    """Why a letter is not sent, as its writer is told; empty where it is.

    `sent` are those that went out in this round already.
    """
    whom = book.of(letter.kind)
    if not whom:
        return f"no letter of the kind {letter.kind} is yours to send; there are: NOTE, HELP"
    if letter.to not in whom:
        return f"you may not send a {letter.kind} to {letter.to!r}, but to: {', '.join(whom)}"
    size = len(f"{letter.title}\n{letter.body}".encode())
    if size > MOST_BYTES:
        return f"it has {size} bytes; say it in at most {MOST_BYTES}"
    before = sum(one.kind == letter.kind for one in sent)
    if before >= MOST[letter.kind]:
        return (
            f"you sent {before} of {MOST[letter.kind]} letters of the kind {letter.kind} already; "
            f"go on with what you have"
        )
    return ""
