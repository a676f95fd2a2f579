"""save: a picture as a file, SVG or PNG by its name."""

from pathlib import Path

from gastown.beads.files import write_whole
from gastown.drawing.layout import Layout
from gastown.drawing.svg import svg
from gastown.errors import ConfigError

SVG, PNG = ".svg", ".png"


def check_kind(path: Path) -> None:
    """Refuse a file that is no picture we can draw, before anything is worked out."""
    if path.suffix.lower() not in (SVG, PNG):
        raise ConfigError(f"--plot {path}: end the name in {SVG} or {PNG}")


def save_picture(layout: Layout, path: Path) -> None:
    """Write the picture, replacing the file. Raises ConfigError where it cannot be drawn."""
    check_kind(path)
    if path.suffix.lower() == SVG:
        write_whole(path, svg(layout))
        return
    try:
        from gastown.drawing.png import png  # noqa: PLC0415 - a town without pillow draws SVG
    except ImportError as error:
        raise ConfigError(f"--plot {path}: {error}; give a name that ends in {SVG}") from None
    path.write_bytes(png(layout))
