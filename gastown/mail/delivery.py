"""Delivery: letters shown to an agent's session, in order, none lost and none twice.

A letter is *shown* to a session, which is noted before, and *answered* when that session has gone
on. A session that dies between the two has not acted on it, so the next one is shown it again:
nothing else is ever shown twice. Both steps are one transaction of the ledger each.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from gastown.beads.bead import CLOSED, Bead
from gastown.beads.ledger import Ledger, utc_now
from gastown.mail.address import Address
from gastown.mail.box import Mail, is_shared, lying, mail_of, put_away
from gastown.mail.letter import Kind, Letter
from gastown.mail.marks import Mark, mark_of, marked

BROADCAST_LIFE = timedelta(hours=24)
"""What was said to everybody is news for so long; an agent that comes later is not told."""

IsAlive = Callable[[str], bool]
"""Whether a session to which letters were shown may still answer them."""
_Became = Literal["shown", "held", "gone"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which letters are delivered: of some kinds, about one bead; None: of every, about any."""

    kinds: Collection[Kind] | None = None
    about: str | None = None

    def fits(self, letter: Letter) -> bool:
        """Whether a letter is one of them."""
        return (self.kinds is None or letter.kind in self.kinds) and (
            self.about is None or letter.about == self.about
        )


ALL = Wanted()


def nobody(session: str) -> bool:  # noqa: ARG001 - one of `IsAlive`
    """Take every other session of the reader for dead: right where there is one at a time."""
    return False


def deliver(
    ledger: Ledger,
    address: Address | str,
    session: str,
    *,
    hears: Sequence[str] = (),
    wanted: Wanted = ALL,
    alive: IsAlive = nobody,
    now: datetime | None = None,
) -> list[Mail]:
    """What a session has to be shown, in the order of sending; noted as shown to it.

    A letter is given again until `answered` is told of it. One that another session of the reader
    has before it is left to that one, and what the same sender sent after it waits.

    Args:
        ledger: The town's.
        address: The reader.
        session: Who is shown them, e.g. `<step bead>/<token>`.
        hears: Other addresses that the reader listens to (`gastown.mail.address.ears`).
        wanted: Which letters.
        alive: Whether another session may still answer; nobody is by default.
        now: The time.
    """
    reader, moment = str(address), now or utc_now()
    mark = Mark(session, moment.isoformat())
    shown: list[Mail] = []
    held: set[str] = set()
    for bead in lying(ledger, (reader, *hears)):
        mail = mail_of(bead, reader)
        if mail.read or mail.letter.sender in held or not wanted.fits(mail.letter):
            continue
        if _outlived(ledger, mail, moment):
            continue
        became = _show(ledger, bead, reader, mark, alive)
        if became == "shown":
            shown.append(mail)
        elif became == "held":
            held.add(mail.letter.sender)
    return shown


def answered(ledger: Ledger, address: Address | str, mails: Iterable[Mail]) -> None:
    """Note that the session went on after it was shown these; told twice is told once.

    What went to this reader alone is put away with it.
    """
    reader, at = str(address), utc_now().isoformat()

    def change(bead: Bead) -> Mapping[str, Any]:
        return marked(bead, reader, mark_of(bead, reader)._replace(at=at, answered=True))

    for mail in mails:
        if is_shared(mail.letter):
            ledger.amend(mail.id, change, actor=reader)
        else:
            put_away(ledger, mail.id, f"read by {reader}", reader)


def take(
    ledger: Ledger,
    address: Address | str,
    handle: Callable[[Mail], None],
    *,
    wanted: Wanted = ALL,
) -> int:
    """Let code handle its letters one by one; how many. For a flow that runs once at a time.

    One whose handling fails, or dies, is there again next time: handling twice must be harmless.
    """
    mails = deliver(ledger, address, f"{address}", wanted=wanted)
    for mail in mails:
        handle(mail)
        answered(ledger, address, [mail])
    return len(mails)


def _show(ledger: Ledger, bead: Bead, reader: str, mark: Mark, alive: IsAlive) -> _Became:
    """Note that a message is shown to a session, unless another has it, or was quicker."""
    before = mark_of(bead, reader)
    if before.session not in {"", mark.session} and alive(before.session):
        return "held"
    became: _Became = "held"

    def change(now: Bead) -> Mapping[str, Any]:
        nonlocal became
        standing = mark_of(now, reader)
        if now.status == CLOSED or standing.answered:
            became = "gone"
        elif standing.session in {before.session, mark.session}:
            became = "shown"
            return marked(now, reader, mark) if standing.session != mark.session else {}
        return {}

    ledger.amend(bead.id, change, actor=reader)
    return became


def _outlived(ledger: Ledger, mail: Mail, now: datetime) -> bool:
    """Whether a broadcast is no news any more; it is put away then."""
    old = is_shared(mail.letter) and now - mail.at > BROADCAST_LIFE
    if old:
        put_away(ledger, mail.id, "no news any more", "town")
    return old
