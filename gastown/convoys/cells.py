"""Cells: a board's rows as short texts, the same in a terminal and in Prefect's artifact."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from gastown.beads.bead import CLOSED, IN_PROGRESS, OPEN
from gastown.convoys.board import FAILED, RUNNING, SENT_BACK, WAITS, BeadRow, Board, StageRow
from gastown.money.amount import UNKNOWN
from gastown.stage import Usage

WAITING = "·"
MARKS = {
    CLOSED: "✓",
    SENT_BACK: "↩",
    FAILED: "✗",
    RUNNING: "▶",
    IN_PROGRESS: "▶",
    WAITS: "?",  # somebody, or something outside, has to answer
}
_SILENT = frozenset({CLOSED, SENT_BACK})  # the mark and what was done say it
_WORDS = {OPEN: "waiting", IN_PROGRESS: RUNNING}
_COMMIT = 10  # characters of a commit's name that git and a person take for the whole


class StageCells(NamedTuple):
    """One run of a stage. What does not apply is empty."""

    mark: str
    stage: str
    where: str
    why: str
    model: str
    tokens: str
    cost: str
    seconds: str
    did: str

    @property
    def place(self) -> str:
        """Where it ran, and why there."""
        return ": ".join(part for part in (self.where, self.why) if part)


class BeadCells(NamedTuple):
    """One bead of the convoy; without a commit its state stands in."""

    mark: str
    id: str
    title: str
    commit: str
    rounds: str


def stage_cells(row: StageRow) -> StageCells:
    """What a page shows of a stage."""
    return StageCells(
        mark=mark(row.state),
        stage=row.title + (f" · round {row.round}" if row.round > 1 else ""),
        where=row.where,
        why=row.because,
        model=worker(row.agent, row.model),
        tokens=_tokens(row.usage.input_tokens, row.usage.output_tokens) if row.model else "",
        cost=_cost(row.usage) if row.model else "",
        seconds=f"{row.seconds:.1f}" if row.seconds else "",
        did=_did(row.state, row.summary),
    )


def bead_cells(row: BeadRow) -> BeadCells:
    """What a page shows of a bead."""
    commit = row.commit[:_COMMIT] or _WORDS.get(row.state, row.state)
    return BeadCells(mark(row.state), row.id, row.title, commit, str(row.rounds))


def worker(agent: str, model: str) -> str:
    """The model that worked, and the agent of others as which it did."""
    return f"{agent} on {model}" if agent and model else model


def mark(state: str) -> str:
    """One character for a state; it carries the meaning where there is no colour."""
    return MARKS.get(state, WAITING)


def headline(board: Board) -> str:
    """What it is, and how far."""
    return f"{board.title} ({board.convoy}): {board.closed} of {board.total} steps"


def total(board: Board) -> str:
    """What all stages took together; the seconds of those that ran side by side are added up."""
    usage, seconds = board.usage, sum(row.seconds for row in board.stages)
    tokens = _tokens(usage.input_tokens, usage.output_tokens)
    return f"{usage.requests} requests, {tokens} tokens, {_cost(usage)}, {seconds:.0f} s of stages"


def usd(micro: int) -> str:
    """Micro-dollars as a person reads them."""
    return f"${micro / 1_000_000:.4f}" if micro else "$0"


def _cost(usage: Usage) -> str:
    """Dollars; what has no known price did not cost nothing."""
    if not usage.unpriced:
        return usd(usage.micro_usd)
    return f"{usd(usage.micro_usd)} + ?" if usage.micro_usd else UNKNOWN


def markdown(board: Board, outlook: str = "") -> str:
    """The board as a Prefect artifact; `outlook` says how it goes on, if it does."""
    stages = [
        (c.mark, c.stage, c.place, c.model, c.tokens, c.cost, c.seconds, c.did)
        for c in map(stage_cells, board.stages)
    ]
    heads = ("", "Stage", "Where, why", "Model", "Tokens", "Cost", "Seconds", "What it did")
    return "\n\n".join(
        [
            f"# {_cell(headline(board))}",
            *([_cell(outlook)] if outlook else []),
            _table(heads, stages),
            f"Total: {total(board)}",
            _table(("", "Bead", "Title", "Commit", "Rounds"), map(bead_cells, board.beads)),
        ]
    )


def _tokens(read: int, written: int) -> str:
    return f"{read:,} → {written:,}"


def _did(state: str, summary: str) -> str:
    word = "" if state in _SILENT else _WORDS.get(state, state)
    return ": ".join(part for part in (word, summary) if part)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
