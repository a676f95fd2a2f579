"""publish_board: the convoy's board as a Prefect artifact, a new version at each end of a run."""

from prefect.artifacts import create_markdown_artifact

from gastown.convoys.board import board, markdown
from gastown.convoys.convoy import show_convoy
from gastown.convoys.molecule import Molecule
from gastown.town.town import Town


def publish_board(town: Town, molecule: Molecule) -> None:
    """Show in the UI what every stage did and every bead became."""
    convoy = show_convoy(town.ledger, molecule.plan.convoy)
    shown = board(town.ledger, convoy, molecule)
    create_markdown_artifact(
        markdown=markdown(shown),
        key=f"board-{convoy.id.replace('.', '-')}",
        description=f"{shown.title}: {shown.closed} of {shown.total} steps closed",
    )
