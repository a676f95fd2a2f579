"""A run without a process goes back to the queue, unless it was being cancelled."""

from uuid import uuid4

import pytest
from prefect.client.schemas.objects import FlowRun, State, StateType

from deployments.recover import judge


def run(kind):
    state = State(type=kind)
    return FlowRun(flow_id=uuid4(), name="bold-pig", state=state, state_type=kind)


@pytest.mark.parametrize("kind", [StateType.RUNNING, StateType.PENDING, StateType.CRASHED])
def test_a_run_whose_process_died_runs_again(kind):
    verdict = judge(run(kind), set())

    assert (verdict.name, verdict.action) == ("bold-pig", "again")


@pytest.mark.parametrize("kind", list(StateType))
def test_a_run_with_a_process_is_left_alone(kind):
    living = run(kind)

    assert judge(living, {uuid4(), living.id}).action == "leave"


def test_a_run_that_was_being_cancelled_is_cancelled():
    assert judge(run(StateType.CANCELLING), {uuid4()}).action == "cancel"
