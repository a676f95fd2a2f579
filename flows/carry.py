"""carry: a convoy from where its ledger stands to its landing; what every run of a formula does."""

import asyncio
from uuid import UUID

from prefect import get_run_logger
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.states import Failed

from flows.bury import bury_task_runs
from flows.herald import heralded
from flows.travel import travel
from gastown.beads.bead import CLOSED
from gastown.beads.ledger import utc_now
from gastown.convoys.course import failure
from gastown.convoys.ending import forget_failure, note_failure
from gastown.convoys.landing import Landing
from gastown.convoys.molecule import find_molecule
from gastown.errors import StageFailedError
from gastown.town.town import Town
from tasks.alarms import run_begun, run_failed
from tasks.land import land
from tasks.pouring import prepare
from tasks.squash import digest_of, landing_in
from tasks.subscribers import tell_end

MAX_RUNS = 20  # the server starts crashed runs again; one that always crashes must end some day


def carry(
    home: Town, convoy: str, formula: str, values: dict[str, str]
) -> Landing | State[Landing]:
    """Run what has not closed of a convoy's formula, then land it. Must be called in a flow."""
    with heralded(home, convoy):
        return _carried(home, convoy, formula, values)


def _carried(
    home: Town, convoy: str, formula: str, values: dict[str, str]
) -> Landing | State[Landing]:
    digest = digest_of(home.ledger, convoy)
    if digest is not None and find_molecule(home.ledger, convoy) is None:
        return landing_in(digest)
    molecule = prepare(home, convoy, formula, values)
    if home.ledger.show(molecule.id).status != CLOSED:
        run_begun(home, convoy)
        forget_failure(home.ledger, convoy)
        end = travel(home, molecule)
        if not end.landed:
            why = failure(end.plan, end.errors, end.held)
            run_failed(home, molecule, end.errors, why)
            note_failure(home.ledger, convoy, why, utc_now())
            for line in tell_end(home, convoy):
                get_run_logger().warning(line)
            return Failed(message=why)
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
