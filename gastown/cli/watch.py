"""watch: a convoy's progress while it works, read from the ledger."""

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from gastown.cli.board import STYLES
from gastown.cli.out import plain
from gastown.convoys.board import Board
from gastown.convoys.cells import WAITING, StageCells, stage_cells

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
    told: set[tuple[str, StageCells]] = set()
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
    table = Table.grid(padding=(0, 2, 0, 0))
    for name in ("mark", "stage", "did"):
        table.add_column(name, no_wrap=True, overflow="ellipsis")
    for row in map(stage_cells, board.stages):
        style = STYLES[row.mark]
        table.add_row(Text(row.mark, style), Text(row.stage, style), _dim(row))
    head = Text(f"{board.closed} of {board.total} steps · {seconds:.0f} s", "bold")
    return Group(head, table)


def _tell(console: Console, board: Board, told: set[tuple[str, StageCells]], begin: float) -> None:
    for row in board.stages:
        cells = stage_cells(row)
        if cells.mark != WAITING and (row.key, cells) not in told:
            told.add((row.key, cells))
            at = time.monotonic() - begin
            line = f"{at:5.1f} s  {cells.mark} {cells.stage}  {cells.did}"
            console.print(plain(line), soft_wrap=True)


def _dim(row: StageCells) -> Text:
    text = plain("" if row.mark == WAITING else row.did)
    text.stylize("dim")
    return text
