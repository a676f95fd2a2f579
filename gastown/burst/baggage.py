"""Baggage: what an agent takes along when its step is carried out on another machine.

What it is told beside its task, the letters that wait for it, and whom it may write to; the ledger
of the town, from which it has them at home, stays there.
"""

import re

from gastown.agents.brief import clip
from gastown.beads.bead import Bead
from gastown.hooks.prime import Part
from gastown.mail.allowance import Book
from gastown.stage import Frozen

MOST_LETTERS, MOST_CHARS = 20, 12_000
"""Letters that travel, and characters of each: an order is kept in Prefect's database."""
_NAME = re.compile(r"[a-z][a-z0-9-]{0,40}")


class Baggage(Frozen):
    """`mail` are the letters for `agent`, and those that went out in this round before."""

    agent: str = ""
    told: tuple[Part, ...] = ()
    mail: tuple[Bead, ...] = ()
    book: Book = Book()

    def name_at(self, rig: str) -> str:
        """The name that the agent has at its rig; empty for what is no polecat's."""
        whose, _, name = self.agent.partition("/")
        return name if whose == rig and _NAME.fullmatch(name) else ""


def sealed(bead: Bead, to: str) -> Bead:
    """A letter as it travels: to one reader, without who was shown it and what it replies to."""
    kept = {"id", "title", "status", "priority", "issue_type", "labels", "created_at"}
    kept |= {"created_by", "updated_at", "closed_at"}
    metadata = {key: value for key, value in bead.metadata.items() if key != "seen"}
    more = {"assignee": to, "description": clip(bead.description, MOST_CHARS)}
    return Bead.model_validate({**bead.model_dump(include=kept), **more, "metadata": metadata})
