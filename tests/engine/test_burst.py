"""Bursts through a real server and a real worker in a jail of its own, without the town's files."""

import asyncio
import json
import signal
import threading
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import psutil
import pytest
from prefect import flow, task
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    LogFilter,
    LogFilterFlowRunId,
)
from prefect.client.schemas.objects import StateType, TaskRunResult
from prefect.settings import PREFECT_API_URL
from prefect.states import Cancelling

from deployments.definitions import load_definitions
from deployments.register import register
from flows.burst import Bursts
from flows.molecule import work_of
from flows.task_runner import Way, burst_runner
from gastown.burst.parcel import Parcel
from gastown.errors import BudgetError, CapacityError
from gastown.money.scope import Scope
from gastown.rehearsal.pace import Pace
from gastown.rigs.git import Repo
from gastown.rigs.remote import listed
from gastown.stage import Placement, StageRequest, StageResult
from gastown.town.tables.money import BudgetTable
from gastown.town.town import Town
from tasks.metering import spend_of
from tasks.trips.fare import payer
from tests.engine.bursting import (
    THERE,
    children,
    drop,
    molecule_of,
    sent,
    step_of,
    town_that_bursts,
)
from tests.engine.jailed import ROOT, worker_elsewhere
from tests.landing.towns import rehearsed
from tests.landing.wait import until

pytestmark = [pytest.mark.engine, pytest.mark.slow]


@pytest.fixture(scope="module")
def api():
    return PREFECT_API_URL.value()


@pytest.fixture(scope="module")
def registered(tmp_path_factory, api):
    """The town, whose deployments the server knows."""
    with town_that_bursts(tmp_path_factory.mktemp("burst"), grace_s=60) as (town, world):
        asyncio.run(register(town, load_definitions()))
        yield town, world


@pytest.fixture(scope="module")
def worker(registered, api):
    """A worker elsewhere that is warm."""
    with worker_elsewhere(api) as process:
        yield process


def in_flow(body):
    """What `body` gives, run as a task of a flow; with the ids of both runs."""
    from prefect.runtime import flow_run, task_run

    @task(name="step")
    def step():
        return body(), UUID(str(task_run.id))

    @flow(name="plan", task_runner=burst_runner())
    def whole():
        done, asking = step.submit().result()
        return done, asking, UUID(str(flow_run.id))

    return whole()


def test_a_stage_is_done_by_a_worker_that_has_none_of_the_towns_files(registered, worker):
    town, world = registered
    molecule = molecule_of(town, world, "combo-bonus")
    bursts = Bursts(town.config.burst)

    defended = sent(town, molecule, "defender", bursts)
    (result, asking, parent) = in_flow(lambda: sent(town, molecule, "polecat", bursts))

    assert result.evidence["where"] == "cloud"
    assert result.usage.requests > 0
    runs = {str(run.id): run for run in children(molecule.plan.convoy)}
    assert set(runs) == {defended.evidence["run"], result.evidence["run"]}
    child = runs[result.evidence["run"]]
    with get_client(sync_client=True) as client:
        assert child.parent_task_run_id is not None
        hook = client.read_task_run(child.parent_task_run_id)
    assert hook.flow_run_id == parent
    assert hook.task_inputs["__parents__"] == [TaskRunResult(id=asking)]
    assert child.start_time is not None
    assert child.created is not None
    assert child.start_time.timestamp() - child.created.timestamp() < 60
    assert not any(str(town.root) in json.dumps(run.parameters) for run in runs.values())
    inside = psutil.Process(worker.pid).children(recursive=True)[-1].pid
    seen = Path("/proc", str(inside), "root")
    assert seen.joinpath(*ROOT.parts[1:]).is_dir()
    assert not seen.joinpath(*town.root.parts[1:]).exists()
    assert not seen.joinpath(*town.root.parent.parts[1:], "origins").exists()
    with get_client(sync_client=True) as client:
        logged = client.read_logs(LogFilter(flow_run_id=LogFilterFlowRunId(any_=[child.id])))
    assert any("camp pitched" in line.message for line in logged)
    remote = town.config.burst.remotes["scorekeeper"]
    assert listed(Repo(town.layout.rig("scorekeeper").canonical), remote, "burst/*") == {}
    drop(town, molecule)


class Died(BaseException):
    """What a process that is killed does not even say."""


def test_what_a_dead_run_had_ordered_is_not_bought_again(registered, worker):
    town, world = registered
    molecule = molecule_of(town, world, "combo-bonus")
    bursts = Bursts(town.config.burst)

    def dies(request, parcel, attempt):
        bursts(request, parcel, attempt)
        raise Died

    with pytest.raises(Died):
        sent(town, molecule, "defender", dies)
    result = sent(town, molecule, "defender", bursts)

    assert result.verdict == "done"
    (child,) = children(molecule.plan.convoy)
    assert result.evidence["run"] == str(child.id)
    drop(town, molecule)


def test_what_a_dead_run_had_ordered_is_taken_even_where_there_is_room_here_now(registered, worker):
    town, world = registered
    molecule = molecule_of(town, world, "combo-bonus")
    bursts = Bursts(town.config.burst)

    def dies(request, parcel, attempt):
        bursts(request, parcel, attempt)
        raise Died

    with pytest.raises(Died):
        sent(town, molecule, "defender", dies)
    step = step_of(molecule, "defender")
    here = Placement(where="local", reason="there is room")
    result = work_of(town, molecule)(step, 1, (), here)

    assert result.verdict == "done"
    (child,) = children(molecule.plan.convoy)
    assert result.evidence["run"] == str(child.id)
    assert result.evidence["because"] == "an earlier run of the convoy had it begun there"
    drop(town, molecule)


def test_a_child_is_cancelled_with_the_run_that_ordered_it(registered, slow_worker_town):
    town, molecule = slow_worker_town
    ended: list[BaseException] = []

    def body():
        try:
            return sent(town, molecule, "defender", Bursts(town.config.burst))
        except CapacityError as error:
            ended.append(error)

    thread = threading.Thread(target=in_flow, args=(body,))
    thread.start()
    (child,) = running(molecule.plan.convoy)
    with get_client(sync_client=True) as client:
        assert child.parent_task_run_id is not None
        hook = client.read_task_run(child.parent_task_run_id)
        assert hook.flow_run_id is not None
        client.set_flow_run_state(hook.flow_run_id, Cancelling(), force=True)
    thread.join(60)

    assert [one.state_type for one in children(molecule.plan.convoy)] == [StateType.CANCELLED]
    assert "Cancelled" in str(ended[0])
    drop(town, molecule)


def test_a_child_whose_process_is_killed_is_no_failure_of_the_bead(
    registered, slow_worker_town, worker
):
    town, molecule = slow_worker_town
    ended: list[CapacityError] = []
    orders: list[tuple[StageRequest, Parcel, str]] = []
    bursts = Bursts(town.config.burst)

    def carry(request, parcel, attempt):
        orders.append((request, parcel, attempt))
        return bursts(request, parcel, attempt)

    def body():
        try:
            sent(town, molecule, "defender", carry)
        except CapacityError as error:
            ended.append(error)

    thread = threading.Thread(target=body)
    thread.start()
    (child,) = running(molecule.plan.convoy)
    for process in psutil.Process(worker.pid).children(recursive=True):
        with suppress(psutil.Error):  # short-lived ones are gone when they are looked at
            if process.environ().get("PREFECT__FLOW_RUN_ID") == str(child.id):
                process.send_signal(signal.SIGKILL)
    thread.join(60)

    assert [error.kind for error in ended] == ["died"]
    with pytest.raises(CapacityError, match="without a report"):  # nor is the attempt begun twice
        bursts(*orders[0])
    assert [one.id for one in children(molecule.plan.convoy)] == [child.id]
    lost = [one for one in spend_of(town).entries() if one.who.attempt == orders[0][2]]
    assert [one.end for one in lost] == ["unknown"]
    assert spend_of(town).standing(Scope("convoy", molecule.plan.convoy)).taken > 0
    assert town.ledger.show(molecule.beads[step_of(molecule, "defender").key]).status == "open"
    drop(town, molecule)


@pytest.fixture
def slow_worker_town(registered, worker, tmp_path):
    """The town with a provider that is silent for long, and a convoy."""
    town, world = registered
    with rehearsed(tmp_path, Pace(first_token_s=600)) as (url, names):
        names.write_text(json.dumps(dict(world.slugs)), encoding="utf-8")
        row = town.config.models["rehearsal"].model_copy(update={"endpoint": url, "stall_s": 600})
        models = {**town.config.models, "rehearsal": row}
        slow = Town(town.layout, town.config.model_copy(update={"models": models}), town.ledger)
        yield slow, molecule_of(town, world, "beat-grid")


def running(convoy):
    """A convoy's children, as soon as one is at work."""
    until(lambda: any(one.state_type == StateType.RUNNING for one in children(convoy)), 120)
    return children(convoy)


def test_any_flow_may_let_the_runner_choose(registered):
    """Here until there is no room, elsewhere until that is refused, then here after all."""
    asked: list[str] = []
    paid: list[str] = []

    def choose(request, refused):
        asked.append(refused)
        where = "local" if refused == "no budget" else "cloud"
        return Placement(where=where, reason=refused or "no room")

    def pack(request):
        if not asked[-1]:
            raise CapacityError("the road is closed", kind="road")
        return PARCEL

    def pay(request, attempt, parcel, carry):
        paid.append(attempt)
        raise BudgetError("no budget")

    @task(name="work")
    def work(request: StageRequest) -> StageResult:
        return StageResult(summary=request.placement.reason)

    @flow(name="mine", task_runner=burst_runner(Way(choose, pack, pay)))
    def mine() -> StageResult:
        return work.submit(REQUEST).result()

    assert mine().summary == "no budget"
    assert asked == ["", "the road is closed", "no budget"]
    assert paid == ["s/1.1/1"]


def test_what_any_flow_sends_away_is_paid_by_the_town(registered, worker):
    """Whatever is chosen: where no budget has room, nothing is ordered."""
    town, _ = registered
    budget = BudgetTable(day_usd=Decimal("0.01"))
    poor = Town(town.layout, town.config.model_copy(update={"budget": budget}), town.ledger)
    told: list[str] = []

    def choose(request, refused):
        told.append(refused)
        return Placement(where="local" if refused else "cloud", reason=refused or "no room")

    @task(name="work")
    def work(request: StageRequest) -> StageResult:
        return StageResult(summary="here")

    @flow(name="mine", task_runner=burst_runner(Way(choose, lambda _: PARCEL, payer(poor))))
    def mine() -> StageResult:
        return work.submit(REQUEST).result()

    assert mine().summary == "here"
    assert "budget day: needs $" in told[1]
    assert children(REQUEST.convoy) == []


REQUEST = StageRequest(
    town="t",
    convoy="hq-cv-1",
    step="s",
    key="k",
    role="polecat",
    token=1,
    model="rehearsal",
    placement=THERE,
)
PARCEL = Parcel.model_validate(
    {
        "town": "t",
        "rig": "r",
        "table": {"prefix": "r", "origin": "git://127.0.0.1:9/none", "gauge": {"kind": "pytest"}},
        "refs": {"main": "0" * 40},
        "beads": [],
    }
)
