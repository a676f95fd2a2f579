"""carry: a convoy from where its ledger stands to its landing; what every run of a formula does."""

import asyncio
from collections.abc import Mapping
from uuid import UUID

from prefect import get_run_logger
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.states import Failed

from flows.bury import bury_task_runs
from flows.ending import ended_at_once
from flows.herald import heralded
from flows.travel import travel
from gastown.beads.bead import CLOSED
from gastown.beads.ledger import utc_now
from gastown.convoys.course import failure
from gastown.convoys.ending import forget_failure, note_failure
from gastown.convoys.landing import Landing
from gastown.convoys.molecule import Molecule, find_molecule
from gastown.errors import EscalatedError, MainRedError, StageFailedError
from gastown.town.town import Town
from tasks.alarms import run_begun, run_failed
from tasks.claims import claimed
from tasks.homecoming import come_home
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
    while home.ledger.show(molecule.id).status != CLOSED:
        run_begun(home, convoy)
        forget_failure(home.ledger, convoy)
        end = travel(home, molecule)
        if not end.landed:
            return _failed(home, molecule, end.errors, failure(end.plan, end.errors, end.held))
        try:
            later = _come_home(home, molecule)
        except (EscalatedError, MainRedError) as error:
            last = end.plan.steps[-1].key  # as far as it came
            return _failed(home, molecule, {last: str(error)}, str(error))
        if later is None:
            break
        get_run_logger().warning(f"{later.plan.steps[-1].title}: a branch does not fit main yet")
        molecule = later
    return land(home, molecule)


def _come_home(home: Town, molecule: Molecule) -> Molecule | None:
    """What is to be done before it can land, if anything is; the claim keeps others off."""
    twin = flow_run.run_count > 1
    with claimed(home.ledger, molecule.id, patient=twin), ended_at_once():
        return come_home(home, molecule)


def _failed(home: Town, molecule: Molecule, errors: Mapping[str, str], why: str) -> State[Landing]:
    """The convoy did not land: put on record and told."""
    convoy = molecule.plan.convoy
    run_failed(home, molecule, errors, why)
    note_failure(home.ledger, convoy, why, utc_now())
    for line in tell_end(home, convoy):
        get_run_logger().warning(line)
    return Failed(message=why)


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
