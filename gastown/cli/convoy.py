"""`town convoy …`: bind beads together, launch them, see how far they are."""

from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from gastown.beads.bead import CLOSED
from gastown.beads.ledger import utc_now
from gastown.cli.board import draw
from gastown.cli.change import me, one_line
from gastown.cli.launching import VALUES, launch_and_tell
from gastown.cli.options import PLAIN, Options, group
from gastown.cli.out import show, table
from gastown.cli.picture import save_picture
from gastown.cli.progress import draw_progress, in_queue
from gastown.convoys.board import board
from gastown.convoys.convoy import CONVOY, create_convoy, show_convoy, summaries, summary
from gastown.feed.progress import progress_of
from gastown.feed.subscribers import subscribe, subscribers, targets_of, unsubscribe
from gastown.town.tables.merge_queue import MergeMode

app = group("convoy", "Convoys: beads that travel together.")


@app.command
def create(
    title: str,
    beads: list[str],
    /,
    *,
    profile: str = "",
    merge: MergeMode | None = None,
    options: Options = PLAIN,
) -> None:
    """Bind open beads into a convoy; nothing runs yet.

    Args:
        title: What the convoy is for.
        beads: Ids of beads, of any rigs.
        profile: balanced, frugal, premium or your own. [default: the town's]
        merge: Each bead to main when it is approved, or all when it lands. [default: the rig's]
    """
    town, name = options.open(), one_line(title)
    made = create_convoy(
        town.ledger, town.config, name, beads, profile=profile, merge=merge, actor=me()
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
    """Show a convoy's board, what its steps wait for, and when it is expected to land.

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
    far = progress_of(town.ledger, bead.id, utc_now(), in_queue(town))
    data: dict[str, Any] = {
        **summary(town.ledger, bead),
        "board": drawn,
        "progress": far,
        "subscribers": subscribers(bead),
    }
    show(options, data, *draw(drawn), *draw_progress(far))


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


@app.command(name="subscribe")
def subscribe_(
    convoy: str, /, *, notify: str = "", mail: str = "", options: Options = PLAIN
) -> None:
    """Be told once when a convoy lands, fails or is given up.

    Args:
        convoy: Its id, hq-cv-….
        notify: A Prefect notification block, as slack-webhook/team.
        mail: An address in the town. [default: overseer, where --notify says nothing]
    """
    town = options.open()
    targets = targets_of(town.config, notify, mail)
    new = [one.name for one in targets if subscribe(town.ledger, convoy, one, me())]
    said = [f"{one.name} hears when {convoy} lands or fails" for one in targets]
    show(options, {"convoy": convoy, "targets": targets, "new": new}, *said)


@app.command(name="unsubscribe")
def unsubscribe_(
    convoy: str, /, *, notify: str = "", mail: str = "", options: Options = PLAIN
) -> None:
    """Be told no more.

    Args:
        convoy: Its id, hq-cv-….
        notify: The block that was subscribed.
        mail: The address that was. [default: overseer, where --notify says nothing]
    """
    town = options.open()
    targets = targets_of(town.config, notify, mail)
    gone = [one.name for one in targets if unsubscribe(town.ledger, convoy, one, me())]
    said = [f"{one.name} hears no more of {convoy}" for one in targets]
    show(options, {"convoy": convoy, "targets": targets, "removed": gone}, *said)


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
