"""Mail: messages that answer a gate. Whoever brings mail into the town leaves it as a bead.

A message is a bead of type `message` with an edge `replies-to` to the gate's bead; its title is the
subject, its description the text, `metadata.from` who sent it.
"""

from collections.abc import Iterable

from gastown.beads.bead import Bead, Draft
from gastown.beads.ledger import Ledger
from gastown.gates.facts import Answer
from gastown.gates.judge import HUMAN

MESSAGE, REPLIES_TO, FROM = "message", "replies-to", "from"
_YES = frozenset({"approve", "approved", "yes", "ok", "okay", "lgtm"})
_NO = frozenset({"reject", "rejected", "no"})


def leave_reply(ledger: Ledger, gate: str, sender: str, subject: str, text: str) -> Bead:
    """Put a message that answers a gate into the ledger; the next look at the gate reads it."""
    ledger.show(gate)
    said = " ".join(subject.split())[:400] or "Re: a gate"
    draft = Draft(
        title=said,
        infix="mail",
        issue_type=MESSAGE,
        description=text,
        metadata={FROM: sender},
    )
    bead = ledger.create(draft, actor=sender)
    ledger.link(bead.id, gate, REPLIES_TO, actor=sender)
    return ledger.show(bead.id)


def replies(ledger: Ledger) -> dict[str, list[Bead]]:
    """Every message that answers something, by what it answers, oldest first."""
    found: dict[str, list[Bead]] = {}
    for bead in ledger.find(issue_type=MESSAGE):
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
        sender = str(bead.metadata.get(FROM, ""))
        if kind != HUMAN:
            if awaited and sender.lower() != awaited.lower():
                continue
            output = {"approved": True, "answer": bead.description, "subject": bead.title}
            return Answer(by=sender, via=f"mail {bead.id}", output={**output, "from": sender})
        verdict, said = _verdict(bead.description)
        if verdict is not None:
            output = {"approved": verdict, "answer": said}
            return Answer(
                approved=verdict, by=sender, via=f"mail {bead.id}", comment=said, output=output
            )
    return None


def _verdict(text: str) -> tuple[bool | None, str]:
    first, _, rest = text.strip().partition("\n")
    word, _, more = first.partition(" ")
    said = "\n".join(part.strip() for part in (more, rest) if part.strip())
    plain = word.strip(".,:;!").lower()
    if plain in _YES:
        return True, said
    return (False, said) if plain in _NO else (None, "")
