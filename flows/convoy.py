"""convoy: carry a convoy from its beads to merged, tested and reported work.

Started from the UI's form, by `town convoy launch`, by a schedule or a script, and again by
*Retry*: each start looks at the ledger first and runs only what has not closed.
"""

import asyncio
from uuid import UUID

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.states import Failed

from blocks.town import open_town
from flows.bury import bury_task_runs
from flows.ending import ended_at_once
from flows.molecule import run_molecule
from flows.task_runner import burst_runner
from gastown.beads.bead import CLOSED
from gastown.convoys.convoy import scope_of, show_convoy
from gastown.convoys.course import failure
from gastown.convoys.molecule import Molecule, find_molecule, pour
from gastown.errors import StageFailedError
from gastown.formula.cook import cook
from gastown.formula.find import find_formula
from gastown.rigs.lock import file_lock
from gastown.town.town import Town
from tasks.claims import claimed
from tasks.drop import check_not_dropped
from tasks.forecasting import keep_forecast
from tasks.land import Landing, land
from tasks.publish import publish_board

MAX_RUNS = 20  # the server starts crashed runs again; one that always crashes must end some day


@flow(name="convoy", flow_run_name="{formula} {convoy}", task_runner=burst_runner())
def convoy(
    convoy: str,
    town: str = "town",
    formula: str = "convoy",
    values: dict[str, str] | None = None,
) -> Landing | State[Landing]:
    """Run a formula over a convoy until it lands.

    Args:
        convoy: The convoy's bead, `hq-cv-…` (`town convoy list` shows them).
        town: A saved Town block, or the folder of a town on this machine.
        formula: The workflow to run; `convoy` is the whole pipeline.
        values: Variables of the formula, by name.
    """
    succeed_dead_attempts()
    home = open_town(town)
    molecule = prepare(home, convoy, formula, values or {})
    if home.ledger.show(molecule.id).status != CLOSED:
        # One death may be reported twice, and start the run twice: the second waits.
        twin = flow_run.run_count > 1
        with claimed(home.ledger, molecule.id, patient=twin), ended_at_once():
            end = run_molecule(home, molecule)
        publish_board(home, convoy)
        if not end.landed:
            return Failed(message=failure(molecule.plan, end.errors, end.held))
    return land(home, molecule)


def succeed_dead_attempts() -> None:
    """Bury what earlier attempts at this run left at work. Raises StageFailedError after 20."""
    attempt = flow_run.run_count
    if attempt > 1:
        asyncio.run(bury_task_runs(UUID(str(flow_run.id))))
    if attempt > MAX_RUNS:
        raise StageFailedError(
            f"this run was started {MAX_RUNS} times; look into its log for what ends it, then "
            f"launch the convoy anew: nothing that closed runs again"
        )


def prepare(town: Town, convoy: str, formula: str, values: dict[str, str]) -> Molecule:
    """The convoy's molecule, or a new one: cooked, then poured, by one run alone."""
    with file_lock(town.layout.state / "pour.lock"):
        standing = find_molecule(town.ledger, convoy)
        if standing is not None:
            return standing
        bead = show_convoy(town.ledger, convoy)
        check_not_dropped(town.ledger, convoy)
        written = find_formula(formula, town.formula_folders).load()
        plan = cook(written, scope_of(town.ledger, town.config, bead), values)
        molecule = pour(town.ledger, plan)
        keep_forecast(town, bead, molecule)
        return molecule
