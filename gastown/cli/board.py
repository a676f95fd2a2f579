"""A convoy's board for the terminal: the same rows as the artifact in Prefect."""

from rich.console import RenderableType
from rich.text import Text

from gastown.cli.out import table
from gastown.convoys.board import Board, StageRow, usd

_STAGE = ("stage", "state", "where, why", "model", "tokens", "cost", "s", "what it did")
_BEAD = ("id", "title", "state", "commit", "rounds")


def draw(board: Board) -> list[RenderableType]:
    """Headline, stages with their cost, beads with their commit."""
    headline = f"{board.title} ({board.convoy}): {board.closed} of {board.total} steps"
    beads = [(b.id, b.title, b.state, b.commit[:10], b.rounds) for b in board.beads]
    return [
        Text(headline, style="bold"),
        table("stages", _STAGE, [_stage(row) for row in board.stages]),
        Text(f"total: {board.usage.requests} requests, {usd(board.usage.micro_usd)}"),
        table("beads", _BEAD, beads),
    ]


def _stage(row: StageRow) -> tuple[str, ...]:
    tokens = f"{row.usage.input_tokens:,} → {row.usage.output_tokens:,}" if row.model else ""
    return (
        row.title + (f" · round {row.round}" if row.round > 1 else ""),
        row.state,
        f"{row.where}: {row.because}" if row.where else "",
        row.model,
        tokens,
        usd(row.usage.micro_usd) if row.model else "",
        f"{row.seconds:.1f}" if row.seconds else "",
        row.summary,
    )
