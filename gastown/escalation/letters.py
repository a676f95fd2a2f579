"""Letters of escalations: one asks a tier, one answers who raised it, and a HELP letter raises one.

Each has a key, so that it is sent once whoever dies.
"""

from gastown.agents.prose import one_line
from gastown.beads.bead import CLOSED, MESSAGE, Bead
from gastown.beads.ledger import Clock, Ledger, utc_now
from gastown.errors import MailError
from gastown.escalation.escalation import (
    CATEGORIES,
    PRIORITIES,
    SEVERITIES,
    Category,
    Escalation,
    Severity,
)
from gastown.escalation.record import change, escalate
from gastown.escalation.route import address_of, tier_of
from gastown.escalation.words import heading, told
from gastown.mail.letter import KIND, SUBJECT_CHARS, Letter, letter_of, write
from gastown.mail.post import send

SENDER = "escalator"
HELP = "HELP"
ESCALATION, ASKED = "Escalation", "Asked"
"""Header lines of a letter: which it is about, and how often a tier was asked by then."""


def ask(ledger: Ledger, bead: str, one: Escalation) -> bool:
    """Write to its tier, once for each time that it is asked; whether a letter was due."""
    if one.resolved or one.mailed >= one.asked:
        return False
    to = address_of(one.tier, one.rig)
    _send(ledger, bead, one, to, heading(one), told(bead, one), f"ask {bead} {one.asked}")
    asked = one.asked
    change(ledger, bead, lambda now: now.model_copy(update={"mailed": asked}), SENDER)
    return True


def answer(ledger: Ledger, bead: str, one: Escalation) -> None:
    """Write to who raised it how it ended; nothing to those who have no mailbox."""
    if one.resolved is None or not one.source:
        return
    subject = f"Settled: {one.subject}"
    text = f"{one.resolved.who}: {one.resolved.why}"
    _send(ledger, bead, one, one.source, subject, text, f"answer {bead}")


def raise_help(ledger: Ledger, *, clock: Clock = utc_now) -> list[Bead]:
    """Raise every HELP letter that nobody put away; one that was raised before stays as it is."""
    letters = [one for one in ledger.find(issue_type=MESSAGE) if is_help(one)]
    return [
        escalate(ledger, of_letter(letter_of(one)), key=help_key(one.id), clock=clock)
        for one in letters
    ]


def help_key(letter: str) -> str:
    """The key under which a HELP letter is raised."""
    return f"mail {letter}"


def is_help(bead: Bead) -> bool:
    """Whether a message calls for help, and still lies there."""
    return bead.status != CLOSED and bead.metadata.get(KIND) == HELP


def of_letter(letter: Letter) -> Escalation:
    """What a HELP letter asks for. Its header may name a severity and a category."""
    said = {key: value.strip() for key, value in letter.fields.items()}
    usual: Severity = "HIGH" if letter.priority == 0 else "MEDIUM"
    severities: dict[str, Severity] = {one: one for one in SEVERITIES}
    categories: dict[str, Category] = {one: one for one in CATEGORIES}
    return Escalation(
        severity=severities.get(said.get("Severity", "").upper(), usual),
        category=categories.get(said.get("Category", "").lower(), "help"),
        subject=said.get("Problem") or letter.subject,
        text=letter.text or letter.subject,
        source=letter.sender,
        about=letter.about,
        begins=tier_of(letter.to),
    )


def _send(
    ledger: Ledger, bead: str, one: Escalation, to: str, subject: str, text: str, key: str
) -> None:
    try:
        letter = write(
            sender=SENDER,
            to=to,
            subject=one_line(subject, SUBJECT_CHARS),
            fields={
                ESCALATION: bead,
                "Severity": one.severity,
                "Category": one.category,
                ASKED: str(one.asked),
            },
            text=text,
            about=one.about or bead,
            priority=PRIORITIES[one.severity],
        )
    except MailError:  # who raised it has no mailbox: a flow, somebody outside
        return
    send(ledger, letter, key=key)
