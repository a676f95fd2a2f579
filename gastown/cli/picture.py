"""A convoy's board as a picture: an SVG file that needs nothing beside itself."""

import re
from io import StringIO
from pathlib import Path

from rich.console import Console

from gastown.beads.files import write_whole
from gastown.cli.board import draw
from gastown.convoys.board import Board

WIDTH = 120  # columns: every stage in a line or two
_FONTS = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)  # from a network; any monospace will do


def save_picture(board: Board, path: Path, title: str = "") -> None:
    """Write the board as SVG, in colour whatever the terminal can do.

    Args:
        board: What is shown.
        path: The file; replaced when it is there.
        title: What stands above it; the convoy's title if empty.

    Raises:
        LedgerError: The file cannot be written.
    """
    console = Console(
        file=StringIO(),
        record=True,
        width=WIDTH,
        force_terminal=True,
        color_system="truecolor",
        no_color=False,
        legacy_windows=False,
    )
    console.print(*draw(board), sep="\n")
    write_whole(path, _FONTS.sub("", console.export_svg(title=title or board.title)))
