"""drive, on the real engine: what a person sees in the UI of a plan that ran."""

import time
from collections.abc import Callable
from typing import ClassVar
from uuid import UUID

import pytest
from prefect import flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
from prefect.client.schemas.objects import TaskRun, TaskRunResult
from prefect.runtime import flow_run

from flows.drive import Drive, drive
from flows.host import Entry, Roomy
from gastown.convoys.course import Course, Mark
from gastown.errors import (
    CapacityError,
    CapacityKind,
    CrowdedError,
    GitKilledError,
    RecycledError,
    StageFailedError,
)
from gastown.formula.plan import Plan, PlannedStep
from gastown.patience import KILLS
from gastown.stage import Placement, StageResult

pytestmark = pytest.mark.engine

PLAN = Plan(
    formula="f",
    digest="d",
    steps=(
        PlannedStep(key="defend", step="defend", title="defender core"),
        PlannedStep(key="work", step="work", title="polecat 1", needs=("defend",), bead="1"),
        PlannedStep(key="refine", step="refine", title="refinery 1", needs=("work",), bead="1"),
        PlannedStep(key="other", step="other", title="other", needs=("defend",)),
    ),
)
Work = Callable[[PlannedStep, int, tuple[str, ...], Placement], StageResult]


def done(step: PlannedStep, *_: object) -> StageResult:
    return StageResult(summary=f"did {step.key}")


def run(work: Work, *, recorded: dict[str, StageResult] | None = None) -> tuple[Drive, UUID]:
    @flow(name="plan")
    def whole() -> tuple[Drive, UUID]:
        marks = {key: Mark(closed=True) for key in recorded or {}}
        end = drive(Course(PLAN, marks), work, recorded=recorded)
        return end, UUID(str(flow_run.id))

    return whole()


def task_runs(ran: UUID, count: int) -> dict[str, TaskRun]:
    """The task runs the server knows, once it has caught up with `count` of them, by name."""
    return {one.name: one for one in all_task_runs(ran, count)}


def all_task_runs(ran: UUID, count: int) -> list[TaskRun]:
    """The same, also those of one name."""
    only = FlowRunFilter(id=FlowRunFilterId(any_=[ran]))
    deadline = time.monotonic() + 30
    while True:
        with get_client(sync_client=True) as client:
            runs = client.read_task_runs(flow_run_filter=only, limit=50)
        final = [one for one in runs if one.state is not None and one.state.is_final()]
        if len(final) >= count or time.monotonic() > deadline:
            return runs
        time.sleep(0.1)


def said(ran: TaskRun) -> tuple[str | None, str | None]:
    """A task run's state and what it did, as the UI shows them."""
    assert ran.state is not None
    return ran.state.name, ran.state.message


def test_a_plan_runs_as_one_task_run_per_step_named_after_the_step():
    end, ran = run(done)

    assert end.landed
    assert set(task_runs(ran, 4)) == {"defender core", "polecat 1", "refinery 1", "other"}


def test_the_graph_shows_each_need_as_an_edge():
    _, ran = run(done)
    runs = task_runs(ran, 4)

    inputs = [one for given in runs["refinery 1"].task_inputs.values() for one in given]
    upstream = {one.id for one in inputs if isinstance(one, TaskRunResult)}
    assert upstream == {runs["polecat 1"].id}


def test_a_step_that_is_sent_back_runs_again_as_a_further_task_run():
    def work(step: PlannedStep, turn: int, reasons: tuple[str, ...], _: Placement) -> StageResult:
        if step.key == "refine" and turn == 1:
            return StageResult(verdict="rework", summary="no", reasons=("too slow",))
        return StageResult(summary=f"round {turn} {' '.join(reasons)}".strip())

    end, ran = run(work)

    assert end.results["work"].summary == "round 2 too slow"
    runs = task_runs(ran, 6)
    assert {"polecat 1", "polecat 1 (round 2)", "refinery 1 (round 2)"} <= set(runs)
    assert (said(runs["refinery 1"]), said(runs["polecat 1 (round 2)"])) == (
        ("SentBack", "no"),
        ("Completed", "round 2 too slow"),
    )


def test_when_a_step_fails_its_siblings_finish_and_its_dependents_are_held():
    def work(step: PlannedStep, *_: object) -> StageResult:
        if step.key == "work":
            raise StageFailedError("the tests stayed red")
        return done(step)

    end, ran = run(work)

    assert end.errors == {"work": "the tests stayed red"}
    assert end.held == ("refine",)
    assert set(end.results) == {"defend", "other"}
    failed = task_runs(ran, 3)["polecat 1"].state
    assert failed is not None
    assert failed.is_failed()


def test_steps_closed_in_an_earlier_run_appear_as_recorded_and_run_nothing():
    worked: list[str] = []

    def work(step: PlannedStep, *_: object) -> StageResult:
        worked.append(step.key)
        return done(step)

    end, ran = run(work, recorded={"defend": StageResult(summary="before")})

    assert end.landed
    assert sorted(worked) == ["other", "refine", "work"]
    state = task_runs(ran, 4)["defender core"].state
    assert state is not None
    assert state.name == "Recorded"


def test_a_step_that_finds_its_room_taken_is_put_back_and_placed_anew():
    """Two steps load a model each at once, and only one of them fits: the other waits."""

    class Host(Roomy):
        refusals: ClassVar[list[tuple[str, str, CapacityKind]]] = []

        def refused(self, key: str, why: str, kind: CapacityKind) -> None:
            self.refusals.append((key, why, kind))

    def work(step: PlannedStep, _turn: int, _why: object, _placement: Placement) -> StageResult:
        if step.key == "defend" and not Host.refusals:
            raise CrowdedError("RAM: model:q7 3 + q8 3 = 6 of 5")
        return StageResult(summary="done")

    @flow(name="plan")
    def whole() -> Drive:
        return drive(Course(PLAN, {}), work, host=Host())

    assert whole().landed
    assert Host.refusals == [("defend", "RAM: model:q7 3 + q8 3 = 6 of 5", "room")]


def test_a_step_that_finds_no_room_elsewhere_is_put_back_and_runs_here():
    class Host(Roomy):
        """Places everything elsewhere until it hears that there is no room."""

        def __init__(self) -> None:
            self.why = ""

        @property
        def placement(self) -> Placement:
            return Placement(where="local" if self.why else "cloud", reason=self.why or "a test")

        def refused(self, key: str, why: str, kind: CapacityKind) -> None:
            assert (key, kind) == ("defend", "worker")
            self.why = why

    def work(step: PlannedStep, _turn: int, _why: object, placement: Placement) -> StageResult:
        if placement.where == "cloud":
            raise CapacityError("no worker was heard of", kind="worker")
        return StageResult(summary=placement.reason)

    @flow(name="plan")
    def whole() -> tuple[Drive, UUID]:
        return drive(Course(PLAN, {}), work, host=Host()), UUID(str(flow_run.id))

    end, ran = whole()

    assert end.landed
    assert end.results["defend"].summary == "no worker was heard of"
    named = [one for one in all_task_runs(ran, 5) if one.name == "defender core"]
    assert sorted(said(one) for one in named) == [
        ("Completed", "no worker was heard of"),
        ("PutBack", "no worker was heard of"),
    ]


def test_a_step_that_can_run_nowhere_fails_alone_with_the_reason():
    class Held(Roomy):
        @property
        def placement(self) -> Placement:
            raise StageFailedError("work is held: more than the machine lends: the GPU")

    class Host(Roomy):
        def ask(self, step: PlannedStep, entered: Callable[[Entry], None]) -> Entry:
            return (Held() if step.key == "work" else Roomy()).ask(step, entered)

    @flow(name="plan")
    def whole() -> Drive:
        return drive(Course(PLAN, {}), done, host=Host())

    end = whole()

    assert end.results.keys() == {"defend", "other"}
    assert "more than the machine lends" in end.errors["work"]
    assert end.held == ("refine",)


def test_a_step_whose_session_was_recycled_is_carried_out_again_here():
    tries = list[str]()

    def work(step: PlannedStep, _turn: int, _why: object, placement: Placement) -> StageResult:
        tries.append(step.key)
        if tries.count(step.key) == 1 and step.key == "defend":
            raise RecycledError
        return StageResult(summary=placement.where)

    @flow(name="plan")
    def whole() -> Drive:
        return drive(Course(PLAN, {}), work)

    end = whole()

    assert end.landed
    assert (tries.count("defend"), end.results["defend"].summary) == (2, "local")


@pytest.mark.parametrize(("kills", "landed"), [(KILLS, True), (KILLS + 1, False)])
def test_a_step_whose_git_was_killed_is_carried_out_again_some_times(kills: int, *, landed: bool):
    tries = list[str]()

    def work(step: PlannedStep, _turn: int, _why: object, _placement: Placement) -> StageResult:
        tries.append(step.key)
        if step.key == "refine" and tries.count("refine") <= kills:
            raise GitKilledError("git push: status -9")
        return StageResult(summary="done")

    @flow(name="plan")
    def whole() -> Drive:
        return drive(Course(PLAN, {}), work)

    end = whole()

    assert (end.landed, tries.count("refine")) == (landed, KILLS + 1)
