"""watch: a convoy's progress while it works, read from the ledger."""

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from gastown.beads.bead import CLOSED
from gastown.convoys.board import Board, StageRow

_MARKS = {CLOSED: ("✓", "green"), "running": ("▶", "yellow"), "sent back": ("↩", "magenta")}
_PERIOD_S = 0.25


@contextmanager
def watching(console: Console, look: Callable[[], Board]) -> Generator[Callable[[], None]]:
    """Show the board while the block runs; the yielded call looks again, at most every 250 ms.

    On a terminal the table is redrawn in place; elsewhere each stage that ends is one line.
    """
    begin = time.monotonic()
    if console.is_terminal:
        with Live(console=console, refresh_per_second=8, transient=True) as live:
            yield _throttled(lambda: live.update(_drawn(look(), time.monotonic() - begin)))
        return
    told: set[tuple[str, int, str]] = set()
    yield _throttled(lambda: _tell(console, look(), told, begin))


def _throttled(call: Callable[[], None]) -> Callable[[], None]:
    last = [0.0]

    def look() -> None:
        if time.monotonic() - last[0] >= _PERIOD_S:
            call()
            last[0] = time.monotonic()

    return look


def _drawn(board: Board, seconds: float) -> RenderableType:
    if not board.stages:
        return Text(f"the worker is starting the convoy's flow … {seconds:.0f} s")
    table = Table(box=None, show_header=False, pad_edge=False)
    for row in board.stages:
        mark, style = _MARKS.get(row.state, ("·", "dim"))
        table.add_row(Text(mark, style), Text(_name(row), style), Text(row.summary, "dim"))
    head = Text(f"{board.closed} of {board.total} steps · {seconds:.0f} s", "bold")
    return Group(head, table)


def _tell(console: Console, board: Board, told: set[tuple[str, int, str]], begin: float) -> None:
    for row in board.stages:
        key = (row.key, row.round, row.state)
        if row.state in _MARKS and key not in told:
            told.add(key)
            mark, _ = _MARKS[row.state]
            at = time.monotonic() - begin
            console.print(Text(f"{at:5.1f} s  {mark} {_name(row)}  {row.summary}"), soft_wrap=True)


def _name(row: StageRow) -> str:
    return row.title if row.round == 1 else f"{row.title} (round {row.round})"
