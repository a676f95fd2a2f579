"""drive: run a plan's steps as Prefect tasks, each as soon as its needs are closed.

This loop is the town's only dispatcher. It asks the course which steps are ready and placement
where each runs, submits one task run per step, and waits for the next one to end. A step that is
sent back is submitted again as a further task run, so the graph grows as the work does.
"""

import queue
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.futures import PrefectFuture
from prefect.states import Completed

from gastown.convoys.course import Course
from gastown.formula.plan import PlannedStep
from gastown.placement.place import Room, Wait, place
from gastown.stage import Placement, StageResult

Work = Callable[[PlannedStep, int, tuple[str, ...], Placement], StageResult]
"""Does one step: the step, its round, why the last round was sent back, where it was placed."""


Future = PrefectFuture[StageResult]

_SIGNALS_S = 0.5


@dataclass(frozen=True, slots=True)
class Drive:
    """How a drive ended: what each closed step did, what failed, what was held back by it."""

    results: Mapping[str, StageResult]
    errors: Mapping[str, str]
    held: tuple[str, ...]

    @property
    def landed(self) -> bool:
        """Nothing failed and nothing was held back."""
        return not self.errors and not self.held


def drive(
    course: Course,
    work: Work,
    *,
    recorded: Mapping[str, StageResult] | None = None,
    sandboxes: int = 2,
) -> Drive:
    """Run the course until every step is closed, or only failed and held steps are left.

    Must be called in a flow. `recorded` holds the results of steps that closed in an earlier run;
    they appear in the graph as `Recorded` and run nothing.
    """
    pump = _Pump(course, work, dict(recorded or {}), sandboxes)
    pump.replay()
    pump.fill()
    while course.running:
        pump.settle(*pump.next_end())
        pump.fill()
    return Drive(pump.results, course.errors, course.held)


# The engine must never answer for an agent: a replayed write that did not happen is a lie.
@task(name="step", task_run_name="{name}", cache_policy=NO_CACHE, persist_result=False)
def _step(name: str, call: Callable[[], StageResult], recorded: bool) -> StageResult:
    del name  # it names the task run
    result = call()
    state = "Recorded" if recorded else "SentBack" if result.verdict == "rework" else "Completed"
    # The engine unwraps a state; its message is what the UI and the log say of the step.
    return Completed(name=state, message=result.summary, data=result)  # pyright: ignore[reportReturnType]


@dataclass(slots=True)
class _Pump:
    course: Course
    work: Work
    results: dict[str, StageResult]
    sandboxes: int
    ended: "queue.SimpleQueue[tuple[str, Future]]" = field(default_factory=queue.SimpleQueue)
    futures: dict[str, Future] = field(default_factory=dict)

    def replay(self) -> None:
        """Show what is already closed, so that the run's graph is whole."""
        for step in self.course.plan.steps:
            if self.course.status(step.key) == "closed":
                past = self.results[step.key]
                self._submit(step, step.title, lambda past=past: past, recorded=True)

    def fill(self) -> None:
        """Start ready steps while placement has room for them."""
        for step in self.course.ready():
            decision = place(Room(self.sandboxes, len(self.course.running)))
            if isinstance(decision, Wait):
                return
            self._start(step, decision)

    def next_end(self) -> tuple[str, Future]:
        """Wait for a step to end.

        Never for long: a signal that arrives just before a blocking wait is handled only after it.
        """
        while True:
            with suppress(queue.Empty):
                return self.ended.get(timeout=_SIGNALS_S)

    def settle(self, key: str, future: Future) -> None:
        """Tell the course how a step ended."""
        result: StageResult | BaseException = future.result(raise_on_failure=False)
        if isinstance(result, BaseException):  # how a failed task run ends
            self.course.fail(key, str(result))
            return
        if result.verdict == "rework":
            self.course.rework(key, result.reasons)
            return
        self.results[key] = result
        self.course.close(key)

    def _start(self, step: PlannedStep, placement: Placement) -> None:
        mark = self.course.mark(step.key)
        name = step.title if mark.round == 1 else f"{step.title} (round {mark.round})"
        self.course.start(step.key)
        future = self._submit(
            step, name, lambda: self.work(step, mark.round, mark.reasons, placement)
        )
        future.add_done_callback(lambda _: self.ended.put((step.key, future)))

    def _submit(
        self,
        step: PlannedStep,
        name: str,
        call: Callable[[], StageResult],
        *,
        recorded: bool = False,
    ) -> Future:
        needs = [self.futures[need] for need in step.needs]
        future = _step.submit(  # pyright: ignore[reportUnknownMemberType]  # Prefect's **kwargs
            name, call, recorded, wait_for=needs, return_state=False
        )
        self.futures[step.key] = future
        return future
