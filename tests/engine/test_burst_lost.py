"""A burst whose provider, worker or server is not to be had: put back, and nothing done twice."""

import asyncio
import threading

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolUpdate
from prefect.client.schemas.objects import StateType
from prefect.settings import PREFECT_API_URL, temporary_settings

from deployments.definitions import load_definitions
from deployments.register import register
from flows.burst import Bursts
from gastown.errors import CapacityError
from gastown.money.scope import Scope
from tasks.metering import spend_of
from tests.engine.bursting import (
    asking,
    children,
    drop,
    in_mid_stage,
    molecule_of,
    on,
    sent,
    step_of,
    town_that_bursts,
)
from tests.engine.cable import Cable
from tests.engine.jailed import worker_elsewhere
from tests.landing.wait import until

pytestmark = [pytest.mark.engine, pytest.mark.slow]

POOL = "far"


@pytest.fixture(scope="module")
def api():
    return PREFECT_API_URL.value()


@pytest.fixture(scope="module")
def registered(tmp_path_factory):
    """The town, whose deployments the server knows."""
    folder = tmp_path_factory.mktemp("lost")
    with town_that_bursts(folder, pool=POOL, grace_s=60) as (town, world):
        asyncio.run(register(town, load_definitions()))
        yield town, world


@pytest.fixture(scope="module")
def worker(registered, api):
    with worker_elsewhere(api, POOL) as process:
        yield process


@pytest.mark.parametrize(
    ("faults", "said"), [("429*9~0.1@defender", "HTTP 429"), ("500*9@defender", "HTTP 500")]
)
def test_a_provider_that_is_busy_to_every_try_is_no_failure_of_the_bead(
    registered, worker, tmp_path, faults, said
):
    town, world = registered
    molecule = molecule_of(town, world, "combo-bonus")
    with (
        asking(town, world, tmp_path / "p", faults=faults) as refused,
        pytest.raises(CapacityError, match=said) as busy,
    ):
        sent(refused, molecule, "defender", Bursts(town.config.burst))

    assert busy.value.kind == "provider"
    (child,) = children(molecule.plan.convoy)
    assert child.state_name == "Busy"
    step = town.ledger.show(molecule.beads[step_of(molecule, "defender").key])
    assert (step.status, step.metadata["failures"][0]["verdict"]) == ("open", "skipped")
    scope = Scope("convoy", molecule.plan.convoy)
    assert spend_of(town).standing(scope).taken == 0  # refused requests are not billed
    drop(town, molecule)


def test_an_order_that_no_worker_takes_in_time_comes_back(registered, worker):
    """The workers are there, and have no room for it: their pool's limit is reached."""
    town, world = registered
    molecule = molecule_of(town, world, "combo-bonus")
    hasty = town.config.burst.model_copy(update={"queue_s": 3})
    limit(0)
    try:
        with pytest.raises(CapacityError, match=f"no worker of the pool {POOL} had time") as late:
            sent(town, molecule, "defender", Bursts(hasty))
    finally:
        limit(None)

    assert late.value.kind == "worker"
    (child,) = children(molecule.plan.convoy)
    assert (child.state_type, child.run_count) == (StateType.CANCELLED, 0)
    assert spend_of(town).standing(Scope("convoy", molecule.plan.convoy)).taken == 0
    drop(town, molecule)


def limit(count):
    with get_client(sync_client=True) as client:
        client._client.patch(
            f"/work_pools/{POOL}",
            json=WorkPoolUpdate(concurrency_limit=count).model_dump(
                mode="json", include={"concurrency_limit"}
            ),
        ).raise_for_status()


def test_a_server_that_is_away_while_it_is_ordered_and_while_it_is_done_changes_nothing(
    registered, worker, api
):
    town, world = registered
    molecule = molecule_of(town, world, "combo-bonus")
    with Cable(api) as cable, temporary_settings({PREFECT_API_URL: cable.url}):
        cable.cut()

        def life():
            """Mended; the answer to the order is lost; away again while the stage is done."""
            until(lambda: cable.refused > 2, 60)
            cable.mend(lose="create_flow_run")
            until(lambda: cable.lost, 60)
            in_mid_stage(molecule.plan.convoy)
            cable.cut()
            until(lambda: cable.refused > 6, 60)
            cable.mend()

        thread = threading.Thread(target=on(api, life))
        thread.start()
        result = sent(town, molecule, "defender", Bursts(town.config.burst))
        thread.join()

    assert result.verdict == "done"
    (child,) = children(molecule.plan.convoy)
    assert result.evidence["run"] == str(child.id)
    (entry,) = [one for one in spend_of(town).entries() if one.who.convoy == molecule.plan.convoy]
    assert entry.end == "settled"
    drop(town, molecule)
