"""replies: answers by mail to the letters that ask a tier.

The first word says which: `resolve`, `forward` or `ack`, with the rest as the reason. Any other
words are an answer too: whoever writes them is at it. A reply is taken once, and then put away.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from gastown.agents.prose import one_line
from gastown.beads.ledger import Clock, Ledger, utc_now
from gastown.errors import NotFoundError
from gastown.escalation import chain
from gastown.escalation.escalation import OVERSEER, Escalation
from gastown.escalation.letters import ASKED, ESCALATION, SENDER
from gastown.escalation.record import change, escalation_of, resolve
from gastown.mail.box import inbox, put_away
from gastown.mail.letter import Letter, letter_of

_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "resolve": "resolve",
        "resolved": "resolve",
        "settled": "resolve",
        "done": "resolve",
        "forward": "forward",
        "ack": "ack",
    }
)
_WHY_CHARS = 2_000


def take_replies(ledger: Ledger, *, clock: Clock = utc_now) -> list[str]:
    """Carry out what tiers answered by mail; the escalations that were answered.

    A letter that answers none is put away all the same: nobody else reads it.
    """
    taken: list[str] = []
    for mail in inbox(ledger, SENDER):
        asked = _asked(ledger, mail.letter.reply_to)
        if asked is not None:
            _take(ledger, mail.letter, *asked, clock)
            taken.append(asked[0])
        said = f"taken as the answer to {asked[0]}" if asked else "it answers no escalation"
        put_away(ledger, mail.id, said, SENDER)
    return taken


def read(text: str) -> tuple[str, str]:
    """What a reply does, and the reason it gives."""
    word, _, rest = text.strip().partition(" ")
    did = _WORDS.get(word.strip(".,:;!").lower())
    return (did, rest.strip()) if did else ("ack", text.strip())


def _asked(ledger: Ledger, letter: str) -> tuple[str, int] | None:
    """The escalation that a letter of ours asked of, and the how many-th time that was."""
    try:
        ours = letter_of(ledger.show(letter))
        bead, number = ours.fields[ESCALATION], int(ours.fields[ASKED])
        known = escalation_of(ledger.show(bead)) is not None
    except (NotFoundError, KeyError, ValueError):
        return None
    return (bead, number) if known and ours.sender == SENDER else None


def _take(ledger: Ledger, letter: Letter, bead: str, asked: int, clock: Clock) -> None:
    did, why = read(letter.text)
    said = one_line(why, _WHY_CHARS)
    if did == "resolve":
        resolve(ledger, bead, letter.sender, said or "settled")
    else:
        change(ledger, bead, _step(did, letter.sender, said, asked, clock), letter.sender)


def _step(
    did: str, who: str, why: str, asked: int, clock: Clock
) -> Callable[[Escalation], Escalation]:
    """A letter that was written before it went on answers for its tier no more."""

    def step(one: Escalation) -> Escalation:
        if one.resolved or one.asked != asked:
            return one
        if did == "forward" and one.tier != OVERSEER:
            return chain.forwarded(one, who, clock(), why)
        return chain.acked(one, who, clock(), why)

    return step
