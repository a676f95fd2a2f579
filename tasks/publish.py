"""publish_board: the convoy's board as a Prefect artifact, a new version at each end of a run.

It says when the convoy is expected to land, as `town convoy show` does. Beside it stands a picture
of where each stage ran, and when; its description says the same.
"""

from base64 import b64encode
from datetime import datetime

from prefect.artifacts import create_image_artifact, create_markdown_artifact

from gastown.beads.ledger import utc_now
from gastown.convoys.board import Board, board
from gastown.convoys.cells import markdown
from gastown.convoys.molecule import find_molecule
from gastown.drawing.svg import svg
from gastown.feed.progress import progress_of
from gastown.feed.words import landing
from gastown.forecast.chart import real_chart
from gastown.forecast.layout import lay_out
from gastown.town.town import Town


def publish_board(town: Town, convoy: str) -> None:
    """Show in the UI what every stage did, every bead became, and when the convoy lands."""
    shown = publish_words(town, convoy)
    _publish_gantt(town, shown)


def publish_words(town: Town, convoy: str) -> Board:
    """The board alone, without the picture; what it shows."""
    shown, outlook = board(town.ledger, convoy), outlook_of(town, convoy, utc_now().astimezone())
    create_markdown_artifact(
        markdown=markdown(shown, outlook),
        key=f"board-{convoy.replace('.', '-')}",
        description=f"{shown.title}: {shown.closed} of {shown.total} steps closed",
    )
    return shown


def outlook_of(town: Town, convoy: str, now: datetime) -> str:
    """When it is expected to land, and why; empty once it is over."""
    found = progress_of(town.ledger, convoy, now).expected
    if found is None:
        return ""
    said = landing(found, now)
    return f"{said[0].upper()}{said[1:]}; as of {now:%Y-%m-%d %H:%M %Z}."


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
