"""`town convoy …`: bind beads together, launch them, see how far they are."""

from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from gastown.beads.bead import CLOSED
from gastown.cli.board import draw
from gastown.cli.change import me, one_line
from gastown.cli.launching import VALUES, launch_and_tell
from gastown.cli.options import PLAIN, Options, group
from gastown.cli.out import show, table
from gastown.cli.picture import save_picture
from gastown.convoys.board import board
from gastown.convoys.convoy import CONVOY, create_convoy, show_convoy, summaries, summary

app = group("convoy", "Convoys: beads that travel together.")


@app.command
def create(title: str, beads: list[str], /, *, profile: str = "", options: Options = PLAIN) -> None:
    """Bind open beads into a convoy; nothing runs yet.

    Args:
        title: What the convoy is for.
        beads: Ids of beads, of any rigs.
        profile: balanced, frugal, premium or your own. [default: the town's]
    """
    town = options.open()
    made = create_convoy(
        town.ledger, town.config, one_line(title), beads, profile=profile, actor=me()
    )
    show(options, summary(town.ledger, made), made.id)


@app.command(name="list")
def list_(
    *, all_: Annotated[bool, Parameter(name=["--all", "-a"])] = False, options: Options = PLAIN
) -> None:
    """List convoys; landed ones only on request.

    Args:
        all_: Landed ones too.
    """
    ledger = options.open().ledger
    found = [c for c in ledger.find(issue_type=CONVOY) if all_ or c.status != CLOSED]
    data = summaries(ledger, found)
    rows = [(c["id"], c["status"], f"{c['done']}/{c['total']}", c["title"]) for c in data]
    show(options, data, table("convoys", ("id", "status", "done", "title"), rows))


@app.command(name="show")
def show_(
    convoy: str,
    /,
    *,
    svg: Path | None = None,
    title: str = "",
    options: Options = PLAIN,
) -> None:
    """Show a convoy's board: its stages so far, its beads and their commits.

    Args:
        convoy: Its id, hq-cv-….
        svg: Save the board as a picture too, in this file.
        title: What stands above the picture. [default: the convoy's title]
    """
    town = options.open()
    bead = show_convoy(town.ledger, convoy)
    drawn = board(town.ledger, bead.id)
    if svg is not None:
        save_picture(drawn, svg, title)
    data: dict[str, Any] = {**summary(town.ledger, bead), "board": drawn}
    show(options, data, *draw(drawn))


@app.command
def launch(
    convoy: str,
    /,
    *,
    formula: str = "convoy",
    values: VALUES = (),
    wait: bool = False,
    options: Options = PLAIN,
) -> int:
    """Run a convoy through a formula: starts the deployment convoy/local.

    Args:
        convoy: Its id, hq-cv-….
        formula: The workflow.
        values: NAME=VALUE for a variable of the formula; may be repeated.
        wait: Until it has landed; exit code 1 when it did not.
    """
    from tasks.drop import check_not_dropped

    town = options.open()
    check_not_dropped(town.ledger, show_convoy(town.ledger, convoy).id)
    return launch_and_tell(options, town, convoy, formula, values, wait=wait)


@app.command(name="drop")
def drop_(
    convoy: str,
    /,
    *,
    reason: str = "given up",
    force: bool = False,
    options: Options = PLAIN,
) -> None:
    """Give up a convoy that will not land; its open beads may travel with another one.

    Its worktrees, branches and slots are removed. What is merged stays merged.

    Args:
        convoy: Its id, hq-cv-….
        reason: Why; kept with the convoy.
        force: Even if work is not merged; that work is lost.
    """
    from flows.give_up import give_up

    dropped = give_up(options.open(), convoy, reason, force=force)
    left = f"open again: {', '.join(dropped.open)}" if dropped.open else "no bead of it is open"
    lines = [f"removed {line}" for line in dropped.removed]
    show(options, dropped, *lines, f"{convoy} is given up; {left}")
