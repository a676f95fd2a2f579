"""publish_board: the convoy's board as a Prefect artifact, a new version at each end of a run.

Beside it stands a picture of where each stage ran, and when; its description says the same.
"""

from base64 import b64encode

from prefect.artifacts import create_image_artifact, create_markdown_artifact

from gastown.convoys.board import Board, board
from gastown.convoys.cells import markdown
from gastown.convoys.molecule import find_molecule
from gastown.drawing.svg import svg
from gastown.forecast.chart import real_chart
from gastown.forecast.layout import lay_out
from gastown.town.town import Town


def publish_board(town: Town, convoy: str) -> None:
    """Show in the UI what every stage did and every bead became."""
    shown = board(town.ledger, convoy)
    create_markdown_artifact(
        markdown=markdown(shown),
        key=f"board-{convoy.replace('.', '-')}",
        description=f"{shown.title}: {shown.closed} of {shown.total} steps closed",
    )
    _publish_gantt(town, shown)


def _publish_gantt(town: Town, shown: Board) -> None:
    """The picture travels in the address itself: the UI has no place to fetch a file from."""
    molecule = find_molecule(town.ledger, shown.convoy)
    if molecule is None:
        return
    drawn = lay_out(real_chart(shown, molecule.plan))
    create_image_artifact(
        image_url=f"data:image/svg+xml;base64,{b64encode(svg(drawn).encode()).decode()}",
        key=f"gantt-{shown.convoy.replace('.', '-')}",
        description="\n".join(f"- {line}" for line in drawn.says.splitlines()),
    )
