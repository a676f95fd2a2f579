"""Picture: a workout as a small PNG, written with the standard library alone."""

import struct
import zlib
from collections.abc import Sequence

from scorekeeper.hits import Hit

WIDTH, HEIGHT = 160, 90
NIGHT, FRAME = (16, 18, 32), (52, 58, 84)
COLOURS = {Hit.PERFECT: (84, 220, 160), Hit.GOOD: (240, 200, 80), Hit.MISS: (220, 70, 90)}
HEIGHTS = {Hit.PERFECT: 48, Hit.GOOD: 30, Hit.MISS: 6}

Colour = tuple[int, int, int]


class Canvas:
    """Pixels that blocks are drawn on; what falls outside is cut off."""

    def __init__(self) -> None:
        self.rows = [[NIGHT] * WIDTH for _ in range(HEIGHT)]

    def block(self, x: int, y: int, width: int, height: int, colour: Colour) -> None:
        """Fill a rectangle."""
        for row in self.rows[y : y + height]:
            end = min(x + width, WIDTH)
            row[x:end] = [colour] * max(0, end - x)

    def png(self) -> bytes:
        """The canvas as a PNG file."""
        raw = b"".join(b"\0" + bytes(part for dot in row for part in dot) for row in self.rows)
        head = struct.pack(">2I5B", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
        parts = ((b"IHDR", head), (b"IDAT", zlib.compress(raw)), (b"IEND", b""))
        return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def draw(hits: Sequence[Hit]) -> Canvas:
    """One column for each beat, as high as the beat was struck well."""
    canvas = Canvas()
    canvas.block(8, 10, 144, 56, FRAME)
    step = 140 // max(1, len(hits))
    for place, hit in enumerate(hits):
        height = HEIGHTS[hit]
        canvas.block(10 + place * step, 64 - height, max(1, step - 1), height, COLOURS[hit])
    return canvas


def _chunk(kind: bytes, data: bytes) -> bytes:
    check = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)
