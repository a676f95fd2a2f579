"""`town formula run`: any formula, over rigs, beads or nothing at all."""

from dataclasses import dataclass
from typing import Annotated

from cyclopts import Parameter

from gastown.cli.change import me, one_line
from gastown.cli.launching import VALUES, check_launch, check_town_is_up, launch_and_tell
from gastown.cli.options import PLAIN, Options
from gastown.cli.values import parse_values
from gastown.convoys.run import Run, create_run
from gastown.errors import GasTownError
from gastown.formula.model import Formula
from gastown.town.town import Town


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Over:
    """What a formula works on, and how."""

    rig: Annotated[
        tuple[str, ...], Parameter(alias="-r", help="A rig that it works on; may be repeated.")
    ] = ()
    bead: Annotated[
        tuple[str, ...], Parameter(alias="-b", help="An open bead it works on; may be repeated.")
    ] = ()
    title: Annotated[str, Parameter(help="What it is for. [default: the formula's name]")] = ""
    role: Annotated[str, Parameter(help="Who does a step that says no role.")] = "polecat"
    profile: Annotated[
        str, Parameter(help="balanced, frugal, premium or your own. [default: the town's]")
    ] = ""
    wisp: Annotated[bool, Parameter(help="Leave nothing of it in git but its work.")] = False


NOTHING = Over()


def run(
    name: str,
    /,
    *,
    over: Over = NOTHING,
    values: VALUES = (),
    wait: bool = False,
    options: Options = PLAIN,
) -> int:
    """Run a formula, as a convoy of its own.

    Args:
        name: Its name, or the path of its file.
        values: NAME=VALUE for a variable of the formula; may be repeated.
        wait: Until it has landed; exit code 1 when it did not.
    """
    town = options.open()
    check_town_is_up(town)  # else a convoy would be left behind that nobody asked for
    given = parse_values(values)
    asked, _ = run_of(town, name, over, given)
    convoy = create_run(town.ledger, town.config, asked, actor=me())
    try:
        check_launch(town, convoy.id, name, given)
    except GasTownError as refused:
        town.ledger.close(convoy.id, f"not launched: {refused}")
        raise
    return launch_and_tell(options, town, convoy.id, name, values, wait=wait)


def run_of(town: Town, name: str, over: Over, values: dict[str, str]) -> tuple[Run, Formula]:
    """What is asked for, and the formula as it stands where it is to run."""
    formula = town.shelf(over.rig[0] if len(over.rig) == 1 else None).take(name)
    run = Run(
        formula=formula.name,
        title=one_line(over.title) if over.title else "",
        values=values,
        rigs=over.rig,
        beads=over.bead,
        role=over.role,
        profile=over.profile,
        ephemeral=over.wisp or (formula.phase == "vapor" and not formula.pour),
    )
    return run, formula
