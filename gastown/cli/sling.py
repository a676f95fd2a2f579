"""`town sling BEAD…`: the short way from beads to work."""

from gastown.cli.change import me, one_line
from gastown.cli.launching import VALUES, check_launch, check_town_is_up, launch_and_tell
from gastown.cli.options import PLAIN, Options
from gastown.cli.values import parse_values
from gastown.convoys.convoy import create_convoy
from gastown.errors import GasTownError

_SHOWN = 400  # characters of the first bead's title; a title that came by import may be long


def sling(
    beads: list[str],
    /,
    *,
    title: str = "",
    formula: str = "convoy",
    values: VALUES = (),
    profile: str = "",
    wait: bool = False,
    options: Options = PLAIN,
) -> int:
    """Bind beads into a convoy and launch it.

    Args:
        beads: Ids of open beads, of any rigs.
        title: What the convoy is for. [default: the first bead's title]
        formula: The workflow.
        values: NAME=VALUE for a variable of the formula; may be repeated.
        profile: balanced, frugal, premium or your own. [default: the town's]
        wait: Until it has landed; exit code 1 when it did not.
    """
    town = options.open()
    check_town_is_up(town)  # else a convoy would be left behind that nobody asked for
    first = town.ledger.show(beads[0])
    more = f" and {len(beads) - 1} more" if len(beads) > 1 else ""
    named = one_line(title or " ".join(first.title.split())[:_SHOWN] + more)
    convoy = create_convoy(town.ledger, town.config, named, beads, profile=profile, actor=me())
    try:
        check_launch(town, convoy.id, formula, parse_values(values))
    except GasTownError as refused:
        town.ledger.close(convoy.id, f"not launched: {refused}")
        raise
    return launch_and_tell(options, town, convoy.id, formula, values, wait=wait)
