"""publish_board: the convoy's board as a Prefect artifact, a new version at each end of a run."""

from prefect.artifacts import create_markdown_artifact

from gastown.convoys.board import board
from gastown.convoys.cells import markdown
from gastown.town.town import Town


def publish_board(town: Town, convoy: str) -> None:
    """Show in the UI what every stage did and every bead became."""
    shown = board(town.ledger, convoy)
    create_markdown_artifact(
        markdown=markdown(shown),
        key=f"board-{convoy.replace('.', '-')}",
        description=f"{shown.title}: {shown.closed} of {shown.total} steps closed",
    )
