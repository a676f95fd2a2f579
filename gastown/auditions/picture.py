"""Picture: what a task shows to a role that sees, written down as boxes and words."""

from pydantic import Field

from gastown.drawing.layout import Box, Layout, Word
from gastown.stage import Frozen


class Picture(Frozen):
    """A picture on white. A box is x, y, width, height, colour; words stand at x, y (pixels)."""

    width: int = Field(default=480, ge=16, le=1024)
    height: int = Field(default=270, ge=16, le=1024)
    boxes: tuple[tuple[float, float, float, float, str], ...] = ()
    words: tuple[tuple[float, float, str], ...] = ()
    size: int = Field(default=16, ge=6, le=64, description="Of the letters.")

    @property
    def layout(self) -> Layout:
        """To be painted."""
        boxes = tuple(Box(*one, kind="bar") for one in self.boxes)
        words = tuple(Word(*one, ink="dark", size=self.size) for one in self.words)
        return Layout("", "", self.height, boxes, words, width=self.width)
