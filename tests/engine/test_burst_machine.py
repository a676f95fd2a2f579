"""A worker's machine is lost in mid-stage: its step is placed anew, and the convoy lands."""

import asyncio
import signal
import threading

import pytest
from prefect import flow
from prefect.client.schemas.objects import StateType
from prefect.settings import PREFECT_API_URL

from deployments.definitions import load_definitions
from deployments.register import register
from flows.molecule import run_molecule
from flows.task_runner import burst_runner
from gastown.convoys.molecule import recorded
from gastown.rehearsal.pace import Pace
from gastown.rigs.git import Repo
from gastown.rigs.remote import listed
from gastown.town.town import Town
from tasks.metering import spend_of
from tests.engine.bursting import (
    asking,
    children,
    in_mid_stage,
    molecule_of,
    on,
    step_of,
    town_that_bursts,
)
from tests.engine.jailed import worker_elsewhere
from tests.landing.test_placing import hybrid

pytestmark = [pytest.mark.engine, pytest.mark.slow]

POOL = "far"


@pytest.fixture(scope="module")
def landed(tmp_path_factory):
    """A convoy that ran to its end, the town, and the rig's origin.

    Its first stage was at work on a machine that was then lost. Whatever comes next may wait for
    nobody, so each of its stages would rather be done elsewhere too.
    """
    folder = tmp_path_factory.mktemp("machine")
    api = PREFECT_API_URL.value()
    with (
        town_that_bursts(folder, pool=POOL, grace_s=8) as (plain, world),
        asking(plain, world, folder / "silent", pace=Pace(first_token_s=600)) as silent,
    ):
        asyncio.run(register(plain, load_definitions()))
        town = far_away(plain, silent)
        molecule = molecule_of(town, world, "beat-grid")

        @flow(name="plan", task_runner=burst_runner())
        def whole():
            return run_molecule(town, molecule)

        with worker_elsewhere(api, POOL) as worker:

            def lose():
                in_mid_stage(molecule.plan.convoy)
                worker.send_signal(signal.SIGKILL)  # all of that machine dies with it

            thread = threading.Thread(target=on(api, lose))
            thread.start()
            end = whole()
            thread.join()
        yield end, town, molecule, Repo(folder / "origins" / "beatlane.git")


def far_away(town, silent):
    """Every role may use a slow model here or a cloud's, which never answers."""
    town = hybrid(town, town.config.models["rehearsal"].endpoint)
    there = {"endpoint": silent.config.models["rehearsal"].endpoint, "stall_s": 600}
    far = town.config.models["far"].model_copy(update=there)
    changes = {"models": {**town.config.models, "far": far}}
    return Town(town.layout, town.config.model_copy(update=changes), town.ledger)


def test_the_order_is_taken_back_and_the_step_done_here(landed):
    _, town, molecule, _ = landed
    step = town.ledger.show(molecule.beads[step_of(molecule, "defender").key])
    crashed = [one for one in children(molecule.plan.convoy) if one.state_type == StateType.CRASHED]

    (lost,) = step.metadata["failures"]
    assert lost["verdict"] == "skipped"
    assert "the stage was not heard of in" in lost["summary"]
    assert len(crashed) == 1
    evidence = recorded(step).evidence
    assert (evidence["where"], "run" in evidence) == ("local", False)
    assert "the stage was not heard of in" in evidence["because"]


def test_the_convoy_lands_and_nothing_was_done_twice(landed):
    end, _, _, origin = landed
    assert end.landed, end.errors
    stages = [value for one in origin.log("main") for key, value in one.trailers if key == "stage"]
    assert stages.count("defender 1") == 1
    assert len(stages) == len(set(stages)), stages
    assert listed(origin, str(origin.path), "burst") == {}


def test_its_money_is_settled_as_spent_for_nobody_can_tell(landed):
    _, town, _, _ = landed
    spend = spend_of(town)
    first, *_ = [one for one in spend.entries() if one.who.model == "far"]
    assert first.end == "unknown"
    assert first.micro_usd > 0
    assert spend.open() == []
