"""send: put a letter into the ledger, once.

A message is a bead of type `message`: its assignee is whom it goes to, its title and description
are the letter in words, `metadata.from` who sent it, `metadata.thread` what the talk began with.
"""

from typing import Any, NamedTuple
from uuid import uuid4

from gastown.beads.bead import MESSAGE, Bead, Draft
from gastown.beads.ledger import Ledger
from gastown.mail.letter import ABOUT, FROM, KIND, PASSING, REPLY, THREAD, Letter


def send(
    ledger: Ledger,
    letter: Letter,
    *,
    key: str = "",
    actor: str = "",
    labels: tuple[str, ...] = (),
) -> Bead:
    """Send a letter; its bead.

    Args:
        ledger: The town's.
        letter: What is sent. A reply to a gate's letter answers the gate.
        key: Sent again under the same key, the first one is given back, and nothing is sent:
            whatever process dies or is run again between.
        actor: Who does it, for the ledger's events; default: the sender.
        labels: Under which it can be found again.

    Raises:
        NotFoundError: It replies to a bead that does not exist.
    """
    talk = _talk_of(ledger, letter)
    draft = Draft(
        title=letter.title,
        infix="mail",
        issue_type=MESSAGE,
        description=letter.body,
        priority=letter.priority,
        assignee=letter.to,
        labels=labels,
        metadata=_metadata(letter, talk.root),
        replies_to=talk.edges,
        ephemeral=talk.ephemeral or letter.kind in PASSING,
    )
    return ledger.create_once(draft, key or uuid4().hex, actor=actor or letter.sender)


def _metadata(letter: Letter, root: str) -> dict[str, Any]:
    said = {FROM: letter.sender, KIND: letter.kind, THREAD: root}
    said |= {ABOUT: letter.about, REPLY: letter.reply_to}
    return {key: value for key, value in said.items() if value}


class _Talk(NamedTuple):
    """What a letter's talk began with, what it replies to, and whether git is to know of it."""

    root: str = ""
    edges: tuple[str, ...] = ()
    ephemeral: bool = False


def _talk_of(ledger: Ledger, letter: Letter) -> _Talk:
    """Nothing where it begins with this letter; about what git never has, git has no word."""
    if letter.kind == "GATE":
        return _Talk(letter.about, (), ledger.show(letter.about).ephemeral)
    if not letter.reply_to:
        return _Talk()
    before = ledger.show(letter.reply_to)
    root = str(before.metadata.get(THREAD) or before.id)
    return _Talk(root, (before.id, *_gates(before)), before.ephemeral)


def _gates(before: Bead) -> list[str]:
    """Of a gate's letter, its gate: what answers the letter answers it."""
    if before.issue_type != MESSAGE or before.metadata.get(KIND) != "GATE":
        return []
    return [str(before.metadata[ABOUT])] if before.metadata.get(ABOUT) else []
