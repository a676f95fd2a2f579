"""A convoy's board for the terminal: the same cells as the artifact in Prefect.

It fits the terminal: what is the same in every row is said once where there is no room for a column
of it, and where there is still too little, what is left of it stands below the stage's name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from gastown.cli.out import plain
from gastown.convoys.board import FAILED, WAITS, Board
from gastown.convoys.cells import (
    MARKS,
    WAITING,
    StageCells,
    bead_cells,
    headline,
    stage_cells,
    total,
)

STYLES = {
    "✓": "green",
    "↩": "magenta",
    MARKS[FAILED]: "bold red",
    "▶": "yellow",
    MARKS[WAITS]: "bold cyan",
    WAITING: "dim",
}
_GAP = 2  # columns between columns
_ROOM = 36  # columns in which two lines say what a stage did
_SHORT, _LONG = 2, 6  # lines of what a stage did; a failure may say more
_RIGHT = frozenset({"tokens", "cost", "s", "rounds"})


def draw(board: Board) -> list[RenderableType]:
    """Headline, stages with their cost, beads with their commit."""
    head = plain(headline(board))
    head.stylize("bold")
    if not board.stages:
        return [head, Text("no stage has started yet"), Text(), _beads(board)]
    return [head, Stages(board), Text(), _beads(board)]


@dataclass(frozen=True, slots=True)
class _Layout:
    """`once` are cells that are said below the table; `folded` puts the others below the name."""

    once: Mapping[str, str]
    folded: bool = False

    def columns(self, rows: Sequence[StageCells]) -> dict[str, list[str]]:
        """Heads and texts of all columns but the last; one that is empty is left out."""
        places = [self._place(row) for row in rows]
        models = ["" if "model" in self.once else row.model for row in rows]
        stages = [row.stage for row in rows]
        if self.folded:
            asides = [", ".join(filter(None, pair)) for pair in zip(places, models, strict=True)]
            stages = [f"{s}\n{a}" if a else s for s, a in zip(stages, asides, strict=True)]
            places, models = [], []
        found = {
            "": [row.mark for row in rows],
            "stage": stages,
            "why" if "where" in self.once else "where, why": places,
            "model": models,
            "tokens": [row.tokens for row in rows],
            "cost": [row.cost for row in rows],
            "s": [row.seconds for row in rows],
        }
        return {head: texts for head, texts in found.items() if any(texts)}

    def _place(self, row: StageCells) -> str:
        said = (("where", row.where), ("why", row.why))
        return ": ".join(text for name, text in said if text and name not in self.once)


class Stages:
    """The stages and what they took together, as wide as there is room."""

    def __init__(self, board: Board) -> None:
        self._rows = [stage_cells(row) for row in board.stages]
        self._total = total(board)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The widest layout that leaves room for what each stage did."""
        once = _same(self._rows)
        for layout in (_Layout({}), _Layout(once), _Layout(once, folded=True)):
            columns = layout.columns(self._rows)
            if layout.folded or _width(columns) + _ROOM <= options.max_width:
                yield self._table(columns)
                said = [f"{name}: {text}" for name, text in layout.once.items()]
                yield plain(" · ".join([f"total: {self._total}", *said]))
                return

    def _table(self, columns: Mapping[str, Sequence[str]]) -> Table:
        table = _grid([*columns, "what it did"])
        for row, *texts in zip(self._rows, *columns.values(), strict=True):
            lines = _LONG if row.mark == MARKS[FAILED] else _SHORT
            table.add_row(*_styled(row.mark, texts), Clipped(plain(row.did), lines))
        return table


class Clipped:
    """Text of at most so many lines; an ellipsis stands for the rest."""

    def __init__(self, text: Text, lines: int) -> None:
        self._text = text
        self._lines = lines

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The first lines."""
        lines = self._text.wrap(console, options.max_width, overflow="fold")
        if len(lines) <= self._lines:
            yield from lines
            return
        yield from lines[: self._lines - 1]
        last = lines[self._lines - 1].plain.rstrip()
        rest = Text(f"{last} {lines[self._lines].plain}", self._text.style)
        rest.truncate(options.max_width, overflow="ellipsis")
        yield rest

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        """As wide as the text would like to be."""
        return Measurement.get(console, options, self._text)


def _beads(board: Board) -> RenderableType:
    table = _grid(["", "bead", "title", "commit", "rounds"])
    for row in board.beads:
        cells = bead_cells(row)
        table.add_row(
            Text(cells.mark, STYLES[cells.mark]),
            cells.id,
            Clipped(plain(cells.title), _SHORT),
            cells.commit,
            cells.rounds,
        )
    return table


def _grid(heads: Sequence[str]) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for head in heads:
        right = head in _RIGHT
        wide = head in {"title", "what it did"}
        table.add_column(head, justify="right" if right else "left", no_wrap=not wide)
    return table


def _styled(mark: str, texts: Sequence[str]) -> list[Text]:
    """A row's cells: the mark in its colour, second lines dim."""
    cells = [plain(text) for text in texts]
    cells[0].stylize(STYLES[mark])
    for cell in cells:
        if "\n" in cell.plain:
            cell.stylize("dim", cell.plain.index("\n"))
    return cells


def _same(rows: Sequence[StageCells]) -> dict[str, str]:
    """What every row says that says anything at all: where it ran, why there, which model."""
    found = {
        "where": {row.where for row in rows if row.where},
        "why": {row.why for row in rows if row.why},
        "model": {row.model for row in rows if row.model},
    }
    return {name: texts.pop() for name, texts in found.items() if len(texts) == 1}


def _width(columns: Mapping[str, Sequence[str]]) -> int:
    """What the columns take, gaps included."""
    return sum(_GAP + max(map(cell_len, (head, *texts))) for head, texts in columns.items())
