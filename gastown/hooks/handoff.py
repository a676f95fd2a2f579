"""handoff: a session ends at its next turn, and the next one of the same attempt goes on.

A person asks for it by a file in the attempt's folder; code does by itself when a session has lost
so much of its context that a fresh one knows more. Worktree, slot and claim stay as they are.
"""

import json
from pathlib import Path

from pydantic import Field, ValidationError

from gastown.beads.files import write_whole
from gastown.mail.letter import Letter, write
from gastown.stage import Frozen

TOWN = "the town"
"""Who asks where a session's context is full."""
ASKED = "handoff.json"
_GIVEN = "handoff-{}.json"
MOST_NOTE = 4_000


class Handoff(Frozen):
    """What one session leaves for the next: who asked, and the note."""

    by: str
    note: str = Field(default="", max_length=MOST_NOTE)
    at: str = ""


class Rule(Frozen):
    """When a session hands off by itself.

    `most` is how often an attempt may, `full` after how many contexts of dropped history.
    """

    most: int = Field(ge=0)
    full: float = Field(gt=0)

    def why(self, asked: Handoff | None, *, given: int, turns: int, dropped: float) -> str:
        """Why a session is to end before its next request; empty where it goes on.

        Args:
            asked: What a person asked for.
            given: How often this attempt handed off by itself.
            turns: Of this session; one that did nothing yet is not ended.
            dropped: Contexts of history that were dropped; infinite where the rest does not fit.
        """
        if turns == 0:
            return ""
        if asked is not None:
            return f"{asked.by} asked for it"
        if dropped < self.full or given >= self.most:
            return ""
        return f"its context is full, for the {_ordinal(given + 1)} time of {self.most}"


def ask(folder: Path, handoff: Handoff) -> None:
    """Ask the session that works in an attempt's folder to hand off at its next turn."""
    write_whole(folder / ASKED, handoff.model_dump_json() + "\n")


def asked(folder: Path) -> Handoff | None:
    """What was asked for and not done yet; nothing where the file says nothing of the kind."""
    return _read(folder / ASKED)


def give(folder: Path, number: int, handoff: Handoff) -> None:
    """Keep what session `number` left for the next; what was asked for is done by that."""
    write_whole(folder / _GIVEN.format(number), handoff.model_dump_json() + "\n")
    (folder / ASKED).unlink(missing_ok=True)


def given(folder: Path, number: int) -> Handoff | None:
    """What session `number` of an attempt left; also what it was asked for and died before."""
    return _read(folder / _GIVEN.format(number)) or _read(folder / ASKED)


def counted(folder: Path) -> int:
    """How often an attempt handed off by itself."""
    files = folder.glob(_GIVEN.format("*"))
    return sum(one is not None and one.by == TOWN for one in map(_read, files))


def letter_of(handoff: Handoff, agent: str, step: str, bead: str, why: str) -> Letter:
    """The letter to the next session, which is the same agent. Raises MailError."""
    fields = {"Step": step, "Asked-By": handoff.by, "Reason": why}
    return write(
        kind="HANDOFF",
        sender=agent,
        to=agent,
        subject=f"{step} goes on",
        fields={key: value for key, value in fields.items() if value},
        text=handoff.note,
        about=bead,
    )


def _read(file: Path) -> Handoff | None:
    try:
        return Handoff.model_validate(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, ValidationError):
        return None


def _ordinal(number: int) -> str:
    return {1: "first", 2: "second", 3: "third"}.get(number, f"{number}th")
