"""outbox: letters that an agent's sessions send, each once whatever dies, and within an allowance.

The ledger holds all that is known of them: a letter of a step's round bears the round as a label,
and its key is made of its words. A session that is begun anew, or does a turn again, finds what
went out before.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass

from gastown.agents.posting import Wish
from gastown.agents.prose import clean, one_line
from gastown.beads.bead import Bead
from gastown.beads.drafting import ONCE
from gastown.beads.ledger import Ledger
from gastown.errors import MailError
from gastown.mail.allowance import WRITERS, Book, book_of, why_not
from gastown.mail.box import in_order
from gastown.mail.letter import Letter, letter_of, write
from gastown.mail.post import send
from gastown.rigs.slots import slots
from gastown.stage import StageRequest
from gastown.town.town import Town
from tasks.letterbox import address_of


@dataclass(frozen=True, slots=True)
class StepsOutbox:
    """What the sessions of one round of a step may send, and have sent."""

    ledger: Ledger
    sender: str
    request: StageRequest
    book: Callable[[], Book]

    def post(self, wish: Wish) -> str:
        """Send what a model wants sent. Raises MailError with the reason why not."""
        bead, before = self.send(self._letter(wish))
        said = "was sent before, as" if before else "is sent, as"
        return f"Your letter {said} {bead.id}. Go on; nobody answers while you work."

    def send(self, letter: Letter) -> tuple[Bead, bool]:
        """Send a letter once; whether the same words went out before. Raises MailError."""
        key = f"letter/{round_of(self.request)}/{_digest(letter)}"
        sent = sent_in(self.ledger, self.request)
        before = any(bead.metadata.get(ONCE) == key for bead in sent)
        why = "" if before else why_not(letter, self.book(), [letter_of(bead) for bead in sent])
        if why:
            raise MailError(why)
        return send(self.ledger, letter, key=key, labels=(round_of(self.request),)), before

    def _letter(self, wish: Wish) -> Letter:
        problem = one_line(wish.problem)
        return write(
            kind=wish.kind,
            sender=self.sender,
            to=wish.to,
            subject=one_line(wish.subject),
            fields={"Problem": problem} if problem else {},
            text=clean(wish.text),
            about=self.request.bead or self.request.step,
        )


def outbox_of(town: Town, request: StageRequest, book: Book | None = None) -> StepsOutbox | None:
    """The outbox of an attempt at a step; none for a role that writes no letters, or an errand.

    `book` stands in for the town's own, where that is not at hand.
    """
    sender = address_of(town, request) if request.role in WRITERS else ""
    if not sender:
        return None
    known = (lambda: book) if book else (lambda: town_book(town, request))
    return StepsOutbox(town.ledger, sender, request, known)


def town_book(town: Town, request: StageRequest) -> Book:
    """Whom a step's agent may write to, as its rig stands now."""
    if request.rig is None:
        return book_of(request.role, None)
    layout = town.layout.rig(request.rig)
    crew = sorted(one.name for one in layout.crew("x").parent.glob("*") if one.is_dir())
    names = [*(slot.name for slot in slots(layout)), *(f"crew/{name}" for name in crew)]
    return book_of(address_of(town, request), request.rig, names)


def sent_in(ledger: Ledger, request: StageRequest) -> list[Bead]:
    """The letters of a step's round, in the order in which they were sent."""
    return in_order(ledger.find(label=round_of(request)))


def sent_text(ledger: Ledger, request: StageRequest) -> str:
    """What a session that begins anew is told of them, so that it does not write again."""
    letters = map(letter_of, sent_in(ledger, request))
    return "\n".join(f"- to {one.to}: {one.title}" for one in letters)


def round_of(request: StageRequest) -> str:
    """The label of a round's letters."""
    return f"by:{request.step}/{request.round}"


def _digest(letter: Letter) -> str:
    said = letter.model_dump(mode="json", include={"kind", "to", "subject", "fields", "text"})
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:24]
