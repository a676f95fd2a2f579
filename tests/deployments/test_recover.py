"""A run without a process goes back to the queue, unless it was being cancelled."""

import os
import subprocess
import sys
from datetime import timedelta
from uuid import uuid4

import pytest
from prefect.client.schemas.objects import FlowRun, State, StateType

from deployments.recover import judge, living_runs, was_started
from gastown.town.layout import TownLayout
from gastown.town.processes import MARK, RUN, mark_of


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


@pytest.mark.parametrize(
    ("kind", "pid", "age_s", "started"),
    [
        (StateType.RUNNING, None, 0, True),
        (StateType.CRASHED, None, 0, True),
        (StateType.PENDING, "4711", 60, True),
        (StateType.PENDING, "4711", 5, False),
        (StateType.PENDING, None, 60, False),
    ],
)
def test_a_pending_run_is_its_workers_affair_until_a_process_should_have_spoken(
    kind, pid, age_s, started
):
    pending = run(kind)
    pending.infrastructure_pid = pid

    assert pending.state is not None
    now = pending.state.timestamp + timedelta(seconds=age_s)
    assert was_started(pending, now) is started


def test_what_a_run_has_started_is_not_taken_for_the_run_that_is_dead(tmp_path):
    """Such as a model's keeper, which outlives it."""
    layout, alive, dead = TownLayout(tmp_path), uuid4(), uuid4()
    sleep = [sys.executable, "-c", "import time; time.sleep(60)"]
    started = [
        subprocess.Popen(argv, env={**os.environ, MARK: mark_of(layout), RUN: str(run)})
        for argv, run in (([*sleep, "-m", "prefect.engine"], alive), (sleep, alive), (sleep, dead))
    ]
    try:
        assert living_runs(layout) == {alive}
    finally:
        for one in started:
            one.kill()
            one.wait()
