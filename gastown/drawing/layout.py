"""Layout: boxes and words with their places, for any painter. Units are pixels."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

WIDTH = 1200
FONT, TITLE = 12, 16
GLYPH = 0.54
"""Of its size: how wide a character is on average."""
Ink = Literal["text", "faint", "dark", "light"]


class Box(NamedTuple):
    """A bar, a wait (hatched) or a line of the grid; `tip` tells the whole of it."""

    x: float
    y: float
    width: float
    height: float
    colour: str
    kind: Literal["bar", "wait", "grid"]
    tip: str = ""


class Word(NamedTuple):
    """Text whose baseline begins, or has its middle or end, at a point."""

    x: float
    y: float
    text: str
    ink: Ink = "text"
    anchor: Literal["start", "middle", "end"] = "start"
    size: int = FONT


@dataclass(frozen=True, slots=True)
class Layout:
    """Everything there is to paint; `says` is the chart in words, for who cannot see it."""

    title: str
    says: str
    height: float
    boxes: tuple[Box, ...]
    words: tuple[Word, ...]
    width: float = WIDTH
