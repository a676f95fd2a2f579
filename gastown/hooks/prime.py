"""prime: what a fresh session needs, in the room it has; what is left out is said. Pure."""

from collections.abc import Sequence

from pydantic import Field

from gastown.agents.brief import clip, material
from gastown.agents.context import CHARS_PER_TOKEN
from gastown.stage import Frozen

LEAST = 400  # characters of a part below which it tells nothing
_MARK = 60  # what `clip` says of what it left out
_NOTE = 120  # characters of the line that names what was cut, beside the names


class Part(Frozen):
    """One thing that a session is told; in the order in which parts are given it stands.

    A part of a greater rank is cut before any of a smaller one. What is `quoted` was written by
    others, and is marked as material.
    """

    name: str
    text: str
    rank: int = Field(ge=0)
    quoted: bool = False

    @property
    def shown(self) -> str:
        """As the session reads it."""
        return material(self.name, self.text) if self.quoted else self.text


class Cut(Frozen):
    """How many of a part's characters were left out."""

    name: str
    chars: int
    whole: bool


class Primed(Frozen):
    """What a session is told, and what of it had no room. Sizes are in tokens."""

    text: str
    tokens: int
    budget: int
    cut: tuple[Cut, ...] = ()


def prime(parts: Sequence[Part], tokens: int) -> Primed:
    """The parts within a budget of tokens; it is kept whatever they are."""
    room = max(0, tokens) * CHARS_PER_TOKEN
    given = [part for part in parts if part.text.strip()]
    kept: list[Part | None] = list(given)
    if len(_text(kept)) > room:
        _cut(kept, room - _NOTE - sum(len(part.name) + 30 for part in given))
    cuts = tuple(filter(None, map(_lost, given, kept)))
    text = "\n\n".join(filter(None, [_text(kept), _said(cuts)]))[:room]
    used = -(-len(text) // CHARS_PER_TOKEN)
    return Primed(text=text, tokens=used, budget=max(0, tokens), cut=cuts)


def _cut(kept: list[Part | None], room: int) -> None:
    """Shorten or drop parts, those of the greatest rank first, until the rest fits."""
    order = sorted(range(len(kept)), key=lambda at: (-_rank(kept[at]), -at))
    for at in order:
        over = len(_text(kept)) - room
        part = kept[at]
        if over <= 0 or part is None:
            return
        kept[at] = _shortened(part, len(part.shown) - over)


def _shortened(part: Part, room: int) -> Part | None:
    """The part in `room` characters; none where that would tell nothing."""
    limit = room - (len(part.shown) - len(part.text)) - _MARK
    return part.model_copy(update={"text": clip(part.text, limit)}) if limit >= LEAST else None


def _lost(part: Part, kept: Part | None) -> Cut | None:
    if kept == part:
        return None
    left = len(kept.text) if kept else 0
    return Cut(name=part.name, chars=len(part.text) - left, whole=kept is None)


def _said(cuts: Sequence[Cut]) -> str:
    if not cuts:
        return ""
    named = ", ".join(f"{cut.name} ({'all' if cut.whole else cut.chars})" for cut in cuts)
    return f"Left out for want of room, in characters: {named}."


def _text(parts: Sequence[Part | None]) -> str:
    return "\n\n".join(part.shown for part in parts if part is not None)


def _rank(part: Part | None) -> int:
    return part.rank if part is not None else 0
