"""What a command says: tables for a person, one JSON document for a program, progress on stderr."""

import os
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from pydantic_core import to_json
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from gastown.cli.options import Options

WIDE = 140  # columns of a page that no terminal limits
KEPT = frozenset({"id", "stage", "state", "tokens"})  # columns that are read at a glance


def show(options: Options, data: Any, *shown: RenderableType) -> None:
    """Print `data` as JSON if asked to, else what a person reads."""
    if options.json:
        sys.stdout.write(to_json(data, indent=2).decode() + "\n")
        return
    console = open_console()
    for one in shown:
        console.print(one, highlight=False)


def open_console() -> Console:
    """The terminal, or a page wide enough for a board where there is none."""
    plain = not sys.stdout.isatty() and "COLUMNS" not in os.environ
    return Console(width=WIDE if plain else None)


def tell(line: str) -> None:
    """Progress of something that takes time; on stderr, so that stdout stays the answer's."""
    print(line, file=sys.stderr, flush=True)


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> RenderableType:
    """A table, or one line that says that there is nothing to show."""
    found = list(rows)
    if not found:
        return Text(f"{title}: none")
    drawn = Table(title=title, title_justify="left", box=None, header_style="bold", pad_edge=False)
    for column in columns:
        drawn.add_column(column, overflow="fold", no_wrap=column in KEPT)
    for row in found:
        drawn.add_row(*(Text("" if cell is None else str(cell)) for cell in row))
    return drawn


def pairs(facts: Iterable[tuple[str, object]]) -> RenderableType:
    """Facts about one thing, name and value; empty ones are left out."""
    drawn = Table(box=None, show_header=False, pad_edge=False)
    drawn.add_column(style="bold", no_wrap=True)
    drawn.add_column(overflow="fold")
    for name, value in facts:
        if value not in (None, "", (), [], {}):
            drawn.add_row(name, Text(str(value)))
    return drawn
