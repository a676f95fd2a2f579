"""formula: run any formula over rigs, beads or nothing at all, from the UI's form or a script.

The run is a convoy of its own, made once however often the run is started; `Retry` goes on where
it stood.
"""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run

from blocks.town import open_town
from flows.carry import carry, succeed_dead_attempts
from flows.outages import outlasted
from flows.task_runner import burst_runner
from gastown.convoys.landing import Landing
from gastown.convoys.run import Run, create_run
from gastown.errors import FormulaError
from gastown.formula.form import CHOSEN
from gastown.formula.values import text_of


@flow(name="formula", flow_run_name="{work[formula]} {title}", task_runner=burst_runner())
def formula(  # noqa: PLR0913, PLR0917 - each is a field of the UI's form
    work: dict[str, Any],
    town: str = "town",
    rigs: list[str] | None = None,
    beads: list[str] | None = None,
    title: str = "",
    role: str = "polecat",
    profile: str = "",
    wisp: bool = False,
) -> Landing | State[Landing]:
    """Run a formula until it lands.

    Args:
        work: The formula, and its variables.
        town: A saved Town block, or the folder of a town on this machine.
        rigs: Rigs that it works on, beside those of its beads.
        beads: Open beads that it works on.
        title: What it is for.
        role: Who does a step that says no role.
        profile: balanced, frugal, premium or your own; empty: the town's.
        wisp: Leave nothing of it in git but its work.
    """
    succeed_dead_attempts()
    home = open_town(town)
    name, values = chosen(work)
    run = Run(
        formula=name,
        title=title,
        values=values,
        rigs=tuple(rigs or ()),
        beads=tuple(beads or ()),
        role=role,
        profile=profile,
        ephemeral=wisp,
    )
    convoy = create_run(home.ledger, home.config, run, key=str(flow_run.id), actor="town")
    return outlasted(home, convoy.id, lambda: carry(home, convoy.id, name, values))


def chosen(work: dict[str, Any]) -> tuple[str, dict[str, str]]:
    """The formula's name and its values, from the form; a field left empty is not given.

    Raises FormulaError where no formula is named, or a value is none that a variable can hold.
    """
    if not isinstance(work.get(CHOSEN), str):
        raise FormulaError([f'work: name a formula, {{"{CHOSEN}": "…"}}'])
    given = {name: value for name, value in work.items() if name != CHOSEN and value is not None}
    try:
        return work[CHOSEN], {name: text_of(value) for name, value in given.items()}
    except ValueError as error:
        raise FormulaError([f"work: {error}"]) from None
