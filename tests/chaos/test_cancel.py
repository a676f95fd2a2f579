"""Cancel in Prefect's UI ends a convoy's run at once, though its model would take minutes."""

import os
import signal

import pytest
from prefect.client.orchestration import get_client
from prefect.states import Cancelling

from blocks.engine import connected
from flows.launch import launch, wait
from gastown.convoys.molecule import find_molecule
from gastown.machine.holder import is_dead
from gastown.rehearsal.pace import Pace
from tests.landing.towns import grounds, steps
from tests.landing.wait import until

pytestmark = [pytest.mark.engine, pytest.mark.slow]

SLOW = Pace(tokens_per_s=1.0, first_token_s=60.0)


@pytest.fixture(scope="module")
def slow(tmp_path_factory):
    with grounds(tmp_path_factory.mktemp("slow"), SLOW) as standing:
        yield standing


def cancel(town, url, run):
    """What the UI's Cancel sends."""
    with connected(town.layout, url), get_client(sync_client=True) as client:
        client.set_flow_run_state(run, Cancelling())


def test_no_agent_works_on_after_a_cancel_and_the_convoy_can_be_launched_again(slow):
    town, convoy = slow.town, slow.world.convoy
    run = launch(town, convoy).run
    until(lambda: steps(town, convoy, "in_progress"), 60)

    cancel(town, slow.url, run)
    until(lambda: not slow.runs(), 90)  # the worker looks for cancelled runs now and then

    assert wait(town, run).is_cancelled()
    again = launch(town, convoy)
    assert (again.again, again.run != run) == (False, True)
    until(slow.runs, 30)


def at_work(town, convoy):
    """Pid of the living process that holds a step of the convoy; 0 when there is none."""
    molecule = find_molecule(town.ledger, convoy)
    claims = [town.ledger.claim_of(bead) for bead in molecule.beads.values()] if molecule else []
    living = [claim.holder for claim in claims if claim and not is_dead(claim.holder)]
    return int(living[0].split(":")[1]) if living else 0


def test_a_run_that_is_told_to_end_does_not_wait_for_its_agents(slow):
    """A worker tells a cancelled run so by SIGTERM, and kills it after 30 s."""
    town, convoy = slow.town, slow.world.convoy
    launch(town, convoy)
    until(lambda: at_work(town, convoy), 90)

    pid = at_work(town, convoy)
    os.kill(pid, signal.SIGTERM)

    until(lambda: at_work(town, convoy) != pid, 15)
    assert launch(town, convoy).again  # the server starts the dead run again: one is enough
    until(lambda: at_work(town, convoy), 90)
