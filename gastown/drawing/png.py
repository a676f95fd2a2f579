"""png: a layout as a PNG picture, for places that show no SVG; on white."""

from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from gastown.drawing.layout import Box, Layout, Word

SCALE: Final = 2
"""Pixels of the picture for one of the layout: letters stay sharp on fine screens."""
_HATCH = 5
_INKS: Final = {"text": "#1b1f24", "faint": "#57606a", "dark": "#000000", "light": "#ffffff"}
_ANCHORS: Final = {"start": "ls", "middle": "ms", "end": "rs"}
_PAGE, _GRID = "#ffffff", "#d0d7de"


def png(layout: Layout) -> bytes:
    """The picture."""
    size = (round(layout.width * SCALE), round(layout.height * SCALE))
    image = Image.new("RGB", size, _PAGE)
    pen = ImageDraw.Draw(image)
    for box in layout.boxes:
        _box(image, pen, box)
    for word in layout.words:
        _word(pen, word)
    out = BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def _box(image: Image.Image, pen: ImageDraw.ImageDraw, box: Box) -> None:
    left, top = round(box.x * SCALE), round(box.y * SCALE)
    width, height = max(1, round(box.width * SCALE)), round(box.height * SCALE)
    if box.kind == "wait":
        image.paste(_hatched(width, height, box.colour), (left, top))
        return
    right, bottom = left + width - 1, top + height - 1
    pen.rectangle((left, top, right, bottom), fill=_GRID if box.kind == "grid" else box.colour)


def _hatched(width: int, height: int, colour: str) -> Image.Image:
    tile = Image.new("RGB", (width, height), _PAGE)
    pen = ImageDraw.Draw(tile)
    for x in range(-height, width, _HATCH * SCALE):
        pen.line((x, height, x + height, 0), fill=colour, width=SCALE)
    pen.rectangle((0, 0, width - 1, height - 1), outline=colour)
    return tile


def _word(pen: ImageDraw.ImageDraw, word: Word) -> None:
    font = ImageFont.load_default(word.size * SCALE)
    place = (word.x * SCALE, word.y * SCALE)
    pen.text(place, word.text, fill=_INKS[word.ink], font=font, anchor=_ANCHORS[word.anchor])
