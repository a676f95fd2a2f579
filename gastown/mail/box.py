"""Box: a mailbox as a person sees it: what lies in it, what was read, answered and put away."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from gastown.agents.prose import one_line
from gastown.beads.bead import CLOSED, MESSAGE, NUMBER, OPEN, Bead
from gastown.beads.ledger import Ledger, utc_now
from gastown.errors import LedgerError, MailError
from gastown.mail.address import OVERSEER, TOWN, Address, canonical
from gastown.mail.letter import SUBJECT_CHARS, THREAD, Letter, letter_of, write
from gastown.mail.marks import Mark, mark_of, marked
from gastown.mail.post import send
from gastown.stage import Frozen


class Mail(Frozen):
    """A letter that was sent, and how it stands with one reader."""

    id: str
    letter: Letter
    at: datetime
    read: bool = False
    archived: bool = False


def inbox(
    ledger: Ledger,
    address: Address | str,
    *,
    hears: Sequence[str] = (),
    archived: bool = False,
) -> list[Mail]:
    """What lies in a mailbox, in the order in which it was sent.

    Args:
        ledger: The town's.
        address: Whose.
        hears: Other addresses that it listens to (`gastown.mail.address.ears`).
        archived: What was put away, or answered by an agent, too.
    """
    reader = str(address)
    return [mail_of(bead, reader) for bead in lying(ledger, (reader, *hears), archived=archived)]


def lying(ledger: Ledger, boxes: Iterable[str], *, archived: bool = False) -> list[Bead]:
    """The messages that lie in these mailboxes, in the order in which they were sent."""
    status = None if archived else OPEN
    found = [
        bead
        for box in dict.fromkeys(boxes)
        for bead in ledger.find(issue_type=MESSAGE, status=status, assignee=box)
    ]
    return in_order(found)


def in_order(beads: Iterable[Bead]) -> list[Bead]:
    """Messages in the order in which they were sent, whatever the clock did meanwhile."""
    return sorted(beads, key=_order)


def mail_of(bead: Bead, reader: str) -> Mail:
    """A message bead as a reader sees it."""
    gone = bead.status == CLOSED
    return Mail(
        id=bead.id,
        letter=letter_of(bead),
        at=bead.created_at,
        read=gone or mark_of(bead, reader).answered,
        archived=gone,
    )


def find_mail(ledger: Ledger, message: str, reader: str = OVERSEER) -> Mail:
    """One message. Raises NotFoundError, or MailError for a bead that is none."""
    return mail_of(_message(ledger, message), reader)


def read(
    ledger: Ledger, message: str, reader: Address | str = OVERSEER, now: datetime | None = None
) -> Mail:
    """Read a message as a person does: it is marked, and stays until it is put away.

    Whoever looks at what went to another marks nothing. Raises as `find_mail`.
    """
    name = str(reader)
    found = find_mail(ledger, message, name)
    if found.read or not (found.letter.to == name or is_shared(found.letter)):
        return found
    mark = Mark(at=(now or utc_now()).isoformat(), answered=True)
    return mail_of(ledger.amend(message, lambda one: marked(one, name, mark), actor=name), name)


def reply(
    ledger: Ledger,
    message: str,
    text: str,
    *,
    sender: str = "",
    fields: Mapping[str, str] | None = None,
    key: str = "",
) -> Bead:
    """Answer a message; a reply to a gate's letter answers the gate.

    Args:
        ledger: The town's.
        message: What is answered.
        text: The words.
        sender: Who answers; default: whom the message went to, of a shared one the overseer.
        fields: Header lines.
        key: As in `send`.

    Raises:
        NotFoundError: There is no such bead.
        MailError: It is no message, or what is said makes no letter.
    """
    before = find_mail(ledger, message).letter
    subject = before.subject if before.subject.startswith("Re: ") else f"Re: {before.subject}"
    letter = write(
        sender=sender or (OVERSEER if is_shared(before) else before.to),
        to=_back(before.sender),
        subject=one_line(subject, SUBJECT_CHARS),
        fields=dict(fields or {}),
        text=text,
        about=before.about,
        reply_to=message,
    )
    return send(ledger, letter, key=key)


def archive(ledger: Ledger, messages: Iterable[str], actor: str = OVERSEER) -> list[str]:
    """Put messages away; what lies there already is no error. Gives those that are put away now.

    Raises NotFoundError or MailError, and then nothing was put away.
    """
    found = [_message(ledger, message).id for message in dict.fromkeys(messages)]
    return [message for message in found if put_away(ledger, message, "archived", actor)]


def put_away(ledger: Ledger, message: str, reason: str, actor: str) -> bool:
    """Close a message; False where that was done already."""
    try:
        ledger.close(message, reason, actor=actor)
    except LedgerError:
        if ledger.show(message).status == CLOSED:
            return False
        raise
    return True


def talk(ledger: Ledger, message: str, reader: str = OVERSEER) -> list[Mail]:
    """The whole talk that a message is part of, in its order. Raises as `find_mail`."""
    bead = _message(ledger, message)
    root = str(bead.metadata.get(THREAD) or bead.id)
    every = ledger.find(issue_type=MESSAGE)
    part = [one for one in every if root in {one.id, one.metadata.get(THREAD)}]
    return [mail_of(one, reader) for one in in_order(part)]


def is_shared(letter: Letter) -> bool:
    """Whether several read it."""
    return Address(text=letter.to).is_shared


def _message(ledger: Ledger, message: str) -> Bead:
    bead = ledger.show(message)
    if bead.issue_type != MESSAGE:
        raise MailError(f"{message} ({bead.title}) is no message; see: town mail inbox")
    return bead


def _order(bead: Bead) -> tuple[int, datetime, str]:
    number = bead.metadata.get(NUMBER)
    return (number if isinstance(number, int) else 0, bead.created_at, bead.id)


def _back(sender: str) -> str:
    """Where an answer goes; to one outside it goes to the town, which keeps it."""
    try:
        return canonical(sender)
    except MailError:
        return TOWN
