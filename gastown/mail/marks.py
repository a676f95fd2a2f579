"""Marks: what a message's bead keeps of who was shown it, and who has answered. Pure."""

from collections.abc import Mapping
from typing import Any, NamedTuple, cast

from gastown.beads.bead import Bead

SEEN = "seen"
"""Key of a message's metadata: a mark for each reader."""


class Mark(NamedTuple):
    """How a message stands with one reader: shown to a session, and whether that answered."""

    session: str = ""
    at: str = ""
    answered: bool = False


NONE = Mark()


def mark_of(bead: Bead, reader: str) -> Mark:
    """A reader's mark; one that makes no sense is none."""
    found = _seen(bead).get(reader)
    if not isinstance(found, dict):
        return NONE
    said = cast("dict[str, Any]", found)
    return Mark(str(said.get("session", "")), str(said.get("at", "")), said.get("answered") is True)


def marked(bead: Bead, reader: str, mark: Mark) -> Mapping[str, Any]:
    """The change of a bead that sets a reader's mark, and leaves the others' alone."""
    return {"metadata": {SEEN: {**_seen(bead), reader: mark._asdict()}}}


def _seen(bead: Bead) -> dict[str, Any]:
    found = bead.metadata.get(SEEN)
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}
