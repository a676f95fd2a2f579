"""Pictures and truths for the tests."""

import io
from pathlib import Path

from PIL import Image, ImageDraw

CLAIM = {"kind": "log", "text": "It says hello", "contains": "hello"}


def png(
    size: tuple[int, int] = (40, 20),
    *,
    boxes: tuple[tuple[int, int, int, int], ...] = ((2, 2, 10, 10), (20, 4, 30, 12)),
    colour: tuple[int, int, int] = (200, 40, 40),
    ground: tuple[int, int, int] = (20, 20, 60),
) -> bytes:
    """A picture with three colours: a ground, boxes, and one white pixel in the corner."""
    image = Image.new("RGB", size, ground)
    pen = ImageDraw.Draw(image)
    for box in boxes:
        pen.rectangle(box, fill=colour)
    image.putpixel((0, 0), (255, 255, 255))
    out = io.BytesIO()
    image.save(out, format="PNG")
    return out.getvalue()


def flat(size: tuple[int, int] = (40, 20), colour: tuple[int, int, int] = (0, 0, 0)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, format="PNG")
    return out.getvalue()


def put(folder: Path, files: dict[str, bytes | str]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder
