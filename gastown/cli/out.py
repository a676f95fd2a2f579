"""What a command says: tables for a person, one JSON document for a program, progress on stderr."""

import os
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any, TextIO
from unicodedata import category

from pydantic_core import to_json
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from gastown.cli.options import Options

WIDE = 140  # columns of a page that no terminal limits
KEPT = frozenset({"id", "P", "status"})  # columns that are read at a glance


def show(options: Options, data: Any, *shown: RenderableType) -> None:
    """Print `data` as JSON if asked to, else what a person reads.

    A line of text is printed as it is, a table is made as wide as the terminal.
    """
    if options.json:
        sys.stdout.write(to_json(data, indent=2).decode() + "\n")
        return
    console = open_console()
    for one in shown:
        if isinstance(one, str):
            console.print(plain(one), soft_wrap=True)
        else:
            console.print(one)


def open_console() -> Console:
    """The terminal, or a page wide enough for a board where there is none."""
    page = not sys.stdout.isatty() and "COLUMNS" not in os.environ
    return Console(width=WIDE if page else None, markup=False, highlight=False, emoji=False)


def plain(said: object) -> Text:
    """What a bead, a model or a file says, as it stands: it styles nothing, moves no cursor."""
    text = str(said)
    return Text("".join("�" if category(c) == "Cc" and c not in "\n\t" else c for c in text))


def tell(line: str) -> None:
    """Progress of something that takes time; on stderr, so that stdout stays the answer's.

    Nobody listens any more (`2>&1 | tee log` and Ctrl-C, a closed terminal): the work goes on.
    """
    try:
        print(line, file=sys.stderr, flush=True)
    except OSError:
        hush(sys.stderr)


def hush(stream: TextIO) -> None:
    """Send what is still written to a stream nowhere: its reader is gone."""
    with suppress(OSError, ValueError), open(os.devnull, "wb") as nowhere:  # noqa: PTH123 - no path
        os.dup2(nowhere.fileno(), stream.fileno())


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> RenderableType:
    """A table, or one line that says that there is nothing to show."""
    found = list(rows)
    if not found:
        return Text(f"{title}: none")
    drawn = Table(
        title=Text(title, "italic"),
        title_justify="left",
        box=None,
        header_style="bold",
        pad_edge=False,
    )
    for column in columns:
        drawn.add_column(column, overflow="fold", no_wrap=column in KEPT)
    for row in found:
        drawn.add_row(*(plain("" if cell is None else cell) for cell in row))
    return drawn


def pairs(facts: Iterable[tuple[str, object]]) -> RenderableType:
    """Facts about one thing, name and value; empty ones are left out."""
    drawn = Table(box=None, show_header=False, pad_edge=False)
    drawn.add_column(style="bold", no_wrap=True)
    drawn.add_column(overflow="fold")
    for name, value in facts:
        if value not in (None, "", (), [], {}):
            drawn.add_row(name, plain(value))
    return drawn
