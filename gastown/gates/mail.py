"""Mail at gates: a gate that wants a word asks for it by a letter, and a reply to that opens it.

An answer is a message with an edge `replies-to` to the gate's bead: a reply to the gate's letter
has one, and so has what `leave_reply` puts there for whoever brings mail into the town.
"""

from collections.abc import Collection, Iterable, Mapping

from gastown.agents.prose import clean, one_line
from gastown.beads.bead import CLOSED, MESSAGE, OPEN, REPLIES_TO, Bead
from gastown.beads.ledger import Ledger
from gastown.errors import MailError
from gastown.gates.facts import Answer
from gastown.gates.form import Form, output_of
from gastown.gates.judge import HUMAN, MAIL
from gastown.gates.record import GateRecord, open_gates, record_of
from gastown.gates.words import waits_for
from gastown.mail.address import OVERSEER, TOWN, parse
from gastown.mail.box import Mail, in_order, put_away
from gastown.mail.letter import LONGEST, SUBJECT_CHARS, THREAD, Letter, letter_of, write
from gastown.mail.post import send
from gastown.town.config import TownConfig

_YES = frozenset({"approve", "approved", "yes", "ok", "okay", "lgtm"})
_NO = frozenset({"reject", "rejected", "no"})


def leave_reply(ledger: Ledger, gate: str, sender: str, subject: str, text: str) -> Bead:
    """Put a message that answers a gate into the ledger; the next look at the gate reads it."""
    letter = write(
        sender=one_line(sender, LONGEST) or "somebody",
        to=TOWN,
        subject=one_line(subject, SUBJECT_CHARS) or "Re: a gate",
        text=clean(text),
        reply_to=gate,
    )
    return send(ledger, letter)


def gate_letter(gate: Bead, record: GateRecord, asked: str, form: Form, to: str) -> Letter:
    """What a gate asks by mail: its question, what is waited for, and how it is answered.

    One that refused an answer says why, and asks again.
    """
    fields = "".join(f" --set {name}=…" for name in form)
    how = [f"Answer: town mail reply ID {'yes' if record.gate.type == HUMAN else '…'}{fields}"]
    if record.gate.type == HUMAN:
        how.append("Refuse: town mail reply ID no")
    again = f"The last answer was not taken: {clean(record.refused)}" if record.refused else ""
    return write(
        kind="GATE",
        sender=TOWN,
        to=to,
        subject=one_line(gate.title, SUBJECT_CHARS),
        fields={"Gate": gate.id, "Waits-For": one_line(waits_for(record.gate))},
        text="\n\n".join(part for part in (again, clean(asked), "\n".join(how)) if part),
        about=gate.id,
        priority=1,
    )


def asked_of(record: GateRecord, config: TownConfig) -> str | None:
    """Whose mailbox a gate's letter goes to; None for a gate that wants nobody's word.

    A mail gate asks whom it waits for, where that is one of this town; else the overseer.
    """
    if record.gate.type not in {HUMAN, MAIL}:
        return None
    if record.gate.type == MAIL and record.gate.await_id:
        try:
            return str(parse(record.gate.await_id, config))
        except MailError:
            return OVERSEER
    return OVERSEER


def take_back(ledger: Ledger, record: GateRecord) -> None:
    """Put away the letter of a gate that is resolved."""
    if record.letter and ledger.show(record.letter).status != CLOSED:
        put_away(ledger, record.letter, "the gate is resolved", TOWN)


def waiting(ledger: Ledger, mails: Iterable[Mail]) -> list[Mail]:
    """The letters, without those of gates that wait no more, or whose convoy is over."""
    found = list(mails)
    if not any(mail.letter.kind == "GATE" and not mail.archived for mail in found):
        return found
    gates = open_gates(ledger)
    return [
        mail
        for mail in found
        if mail.letter.kind != "GATE" or mail.archived or mail.letter.about in gates
    ]


def letters_of(ledger: Ledger, gates: Collection[str]) -> list[str]:
    """Every message of the talks that these gates began, where git has none of them."""
    talks = (bead for bead in ledger.find(issue_type=MESSAGE) if bead.ephemeral)
    return [bead.id for bead in talks if bead.metadata.get(THREAD) in gates]


def answers(ledger: Ledger, message: Bead) -> list[str]:
    """The gates that a message answers."""
    targets = (edge.depends_on_id for edge in message.dependencies if edge.type == REPLIES_TO)
    return [gate for gate in targets if record_of(ledger.show(gate)) is not None]


def replies(ledger: Ledger) -> dict[str, list[Bead]]:
    """Every message that waits and answers something, by what it answers, as they were sent."""
    found: dict[str, list[Bead]] = {}
    for bead in in_order(ledger.find(issue_type=MESSAGE, status=OPEN)):
        for edge in bead.dependencies:
            if edge.type == REPLIES_TO:
                found.setdefault(edge.depends_on_id, []).append(bead)
    return found


def answer_in(kind: str, awaited: str, messages: Iterable[Bead]) -> Answer | None:
    """The first message that answers a gate.

    Of a gate of type `mail` every message does, of the one sender where `await_id` names one. To a
    human gate its first word has to be yes or no in some form: a question back is no answer.
    """
    for bead in messages:
        letter = letter_of(bead)
        sender, via = letter.sender, f"mail {bead.id}"
        if kind != HUMAN:
            if not awaited or sender.lower() == awaited.strip().removesuffix("/").lower():
                output = {"approved": True, "answer": letter.text, "subject": letter.subject}
                return Answer(by=sender, via=via, output={**output, "from": sender})
            continue
        verdict, said = _verdict(letter.text)
        if verdict is not None:
            output = {"approved": verdict, "answer": said}
            return Answer(approved=verdict, by=sender, via=via, comment=said, output=output)
    return None


def formed(answer: Answer, form: Form, fields: Mapping[str, str]) -> Answer:
    """A yes with what its form asks for, taken from the header lines of the message.

    Raises LedgerError with everything that the form refuses.
    """
    if not answer.approved or not form:
        return answer
    names = {name.replace("_", "-").lower(): name for name in form}
    given = {names.get(key.lower(), key): value for key, value in fields.items()}
    said = str(answer.output.get("answer", ""))
    output = {**answer.output, **output_of(form, said, given)}
    return answer.model_copy(update={"output": output})


def _verdict(text: str) -> tuple[bool | None, str]:
    first, _, rest = text.strip().partition("\n")
    word, _, more = first.partition(" ")
    said = "\n".join(part.strip() for part in (more, rest) if part.strip())
    plain = word.strip(".,:;!").lower()
    if plain in _YES:
        return True, said
    return (False, said) if plain in _NO else (None, "")
