"""What finds no room elsewhere, for want of a pool or a worker: nothing is done or paid."""

import asyncio

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import StateType

from deployments.definitions import load_definitions
from deployments.register import register
from flows.burst import Bursts
from gastown.errors import CapacityError
from gastown.money.scope import Scope
from tasks.metering import spend_of
from tests.engine.bursting import (
    children,
    drop,
    molecule_of,
    sent,
    step_of,
    town_that_bursts,
)

pytestmark = [pytest.mark.engine, pytest.mark.slow]


@pytest.fixture(scope="module")
def registered(tmp_path_factory):
    """The town, whose pool has no worker and never had one."""
    folder = tmp_path_factory.mktemp("refused")
    with town_that_bursts(folder, pool="nobody") as (town, world):
        asyncio.run(register(town, load_definitions()))
        yield town, world


def forget_deployment():
    with get_client(sync_client=True) as client:
        client.delete_deployment(client.read_deployment_by_name("stage/cloud").id)


def test_without_a_pool_there_is_no_room_and_nothing_is_ordered(registered):
    town, world = registered
    forget_deployment()
    molecule = molecule_of(town, world, "combo-bonus")

    with pytest.raises(CapacityError, match="town up") as refused:
        sent(town, molecule, "defender", Bursts(town.config.burst))

    assert refused.value.kind == "pool"
    asyncio.run(register(town, load_definitions()))
    drop(town, molecule)


def test_with_no_worker_the_child_is_cancelled_after_the_grace(registered):
    town, world = registered
    molecule = molecule_of(town, world, "combo-bonus")
    hasty = town.config.burst.model_copy(update={"grace_s": 0.5})

    with pytest.raises(CapacityError, match="no worker") as refused:
        sent(town, molecule, "defender", Bursts(hasty))

    assert refused.value.kind == "worker"
    assert spend_of(town).standing(Scope("convoy", molecule.plan.convoy)).taken == 0
    (child,) = children(molecule.plan.convoy)
    assert child.state_type == StateType.CANCELLED
    step = town.ledger.show(molecule.beads[step_of(molecule, "defender").key])
    assert step.status == "open"
    drop(town, molecule)


def test_a_paused_pool_has_no_room(registered):
    town, world = registered
    molecule = molecule_of(town, world, "combo-bonus")
    pause(paused=True)
    try:
        with pytest.raises(CapacityError, match="paused"):
            sent(town, molecule, "defender", Bursts(town.config.burst))
    finally:
        pause(paused=False)
    assert children(molecule.plan.convoy) == []
    drop(town, molecule)


def pause(*, paused):
    with get_client(sync_client=True) as client:
        client._client.patch("/work_pools/nobody", json={"is_paused": paused}).raise_for_status()
