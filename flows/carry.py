"""carry: a convoy from where its ledger stands to its landing; what every run of a formula does."""

import asyncio
from uuid import UUID

from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.states import Failed

from flows.bury import bury_task_runs
from flows.travel import travel
from gastown.beads.bead import CLOSED
from gastown.convoys.convoy import show_convoy
from gastown.convoys.course import failure
from gastown.convoys.molecule import Molecule, find_molecule, pour
from gastown.convoys.planned import plan_for
from gastown.errors import StageFailedError
from gastown.rigs.lock import file_lock
from gastown.town.town import Town
from tasks.drop import check_not_dropped
from tasks.forecasting import keep_forecast
from tasks.land import Landing, land

MAX_RUNS = 20  # the server starts crashed runs again; one that always crashes must end some day


def carry(
    home: Town, convoy: str, formula: str, values: dict[str, str]
) -> Landing | State[Landing]:
    """Run what has not closed of a convoy's formula, then land it. Must be called in a flow."""
    molecule = prepare(home, convoy, formula, values)
    if home.ledger.show(molecule.id).status != CLOSED:
        end = travel(home, molecule)
        if not end.landed:
            return Failed(message=failure(end.plan, end.errors, end.held))
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
        plan = plan_for(town, bead, formula, values)
        molecule = pour(town.ledger, plan, ephemeral=bead.ephemeral)
        keep_forecast(town, bead, molecule)
        return molecule
