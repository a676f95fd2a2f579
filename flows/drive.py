"""drive: run a plan's steps as Prefect tasks, each as soon as its needs are closed.

This loop is the town's only dispatcher. It asks the course which steps are ready and the host to
let each in, submits one task run per step that is let in, and waits for the next to be let in or to
end. A step that is sent back is submitted again as a further task run, so the graph grows as the
work does. The loop itself never waits for the machine: its steps stand in the host's queue.
"""

import queue
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.futures import PrefectFuture
from prefect.states import Completed

from flows.host import Entry, Host, Roomy
from gastown.convoys.course import Course
from gastown.errors import CapacityError, CapacityKind, OvercommitError
from gastown.formula.plan import PlannedStep
from gastown.stage import Placement, StageResult

Work = Callable[[PlannedStep, int, tuple[str, ...], Placement], StageResult]
"""Does one step: the step, its round, why the last round was sent back, where it was placed."""


@dataclass(frozen=True, slots=True)
class PutBack:
    """A step that found no room where it was placed, and what was missing; it is placed anew."""

    reason: str
    kind: CapacityKind


Call = Callable[[], StageResult | PutBack]
Future = PrefectFuture[StageResult | PutBack]

_SIGNALS_S = 0.5
_CALM_S = 1.0  # so long a step waits that was let in and found no room


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
    host: Host | None = None,
) -> Drive:
    """Run the course until every step is closed, or only failed and held steps are left.

    Must be called in a flow. `recorded` holds the results of steps that closed in an earlier run;
    they appear in the graph as `Recorded` and run nothing. `host` lets steps in; without one all
    begin as soon as they are ready.
    """
    pump = _Pump(course, work, dict(recorded or {}), host or Roomy())
    pump.replay()
    try:
        pump.fill()
        while course.running or pump.asked:
            pump.next()()
            pump.fill()
    finally:
        pump.leave_all()
    return Drive(pump.results, course.errors, course.held)


# The engine must never answer for an agent: a replayed write that did not happen is a lie.
@task(name="step", task_run_name="{name}", cache_policy=NO_CACHE, persist_result=False)
def _step(name: str, call: Call, recorded: bool) -> "StageResult | PutBack":
    del name  # it names the task run
    result = call()
    if isinstance(result, PutBack):
        return Completed(name="PutBack", message=result.reason, data=result)  # pyright: ignore[reportReturnType]
    state = "Recorded" if recorded else "SentBack" if result.verdict == "rework" else "Completed"
    # The engine unwraps a state; its message is what the UI and the log say of the step.
    return Completed(name=state, message=result.summary, data=result)  # pyright: ignore[reportReturnType]


@dataclass(slots=True)
class _Pump:
    course: Course
    work: Work
    results: dict[str, StageResult]
    host: Host
    happened: "queue.SimpleQueue[Callable[[], None]]" = field(default_factory=queue.SimpleQueue)
    futures: dict[str, Future] = field(default_factory=dict)
    asked: dict[str, Entry | None] = field(default_factory=dict)
    inside: dict[str, Entry] = field(default_factory=dict)

    def replay(self) -> None:
        """Show what is already closed, so that the run's graph is whole."""
        for step in self.course.plan.steps:
            if self.course.status(step.key) == "closed":
                past = self.results[step.key]
                self._submit(step, step.title, lambda past=past: past, recorded=True)

    def fill(self) -> None:
        """Ask for each step that is ready; leave the queue for one that is so no more."""
        ready = self.course.ready()
        for key in self.asked.keys() - {step.key for step in ready}:
            self._leave(self.asked.pop(key))
        for step in ready:
            if step.key not in self.asked:
                self._ask(step)

    def next(self) -> Callable[[], None]:
        """Wait for a step to be let in or to end; what is to be done about it.

        Never for long: a signal that arrives just before a blocking wait is handled only after it.
        """
        while True:
            with suppress(queue.Empty):
                return self.happened.get(timeout=_SIGNALS_S)

    def leave_all(self) -> None:
        """Leave the queue, however this ends; who works gives back when he is done."""
        for entry in self.asked.values():
            self._leave(entry)

    def _ask(self, step: PlannedStep) -> None:
        self.asked[step.key] = None  # the answer may come before the entry
        try:
            entry = self.host.ask(
                step, lambda entry: self.happened.put(lambda: self._enter(step, entry))
            )
        except OvercommitError as error:
            del self.asked[step.key]
            self.course.start(step.key)
            self.course.fail(step.key, str(error))
        else:
            self.asked[step.key] = entry

    def _enter(self, step: PlannedStep, entry: Entry) -> None:
        """Start a step that was let in, if it is still the one that is waited for."""
        if self.asked.get(step.key) is not entry:
            entry.leave()
            return
        del self.asked[step.key]
        self.inside[step.key] = entry
        self._start(step, entry)

    @staticmethod
    def _leave(entry: Entry | None) -> None:
        if entry is not None:
            entry.leave()

    def _settle(self, key: str, future: Future) -> None:
        """Tell the course how a step ended."""
        self._leave(self.inside.pop(key, None))
        result: StageResult | PutBack | BaseException = future.result(raise_on_failure=False)
        if isinstance(result, BaseException):  # how a failed task run ends
            self.course.fail(key, str(result))
            self.host.over(key, "failed")
            return
        if isinstance(result, PutBack):
            self.host.refused(key, result.reason, result.kind)
            self.course.put_back(key)
            return
        if result.verdict == "rework":
            self.course.rework(key, result.reasons)
            self.host.over(key, "sent back")
            return
        self.results[key] = result
        self.course.close(key)
        self.host.over(key, "closed")

    def _start(self, step: PlannedStep, entry: Entry) -> None:
        mark = self.course.mark(step.key)
        name = step.title if mark.round == 1 else f"{step.title} (round {mark.round})"
        self.course.start(step.key)

        def work() -> StageResult | PutBack:
            placement = entry.placement  # of a held step it tells why, and that fails it alone
            try:
                return self.work(step, mark.round, mark.reasons, placement)
            except CapacityError as error:
                if placement.where == "local" and error.kind != "room":
                    raise
                if error.kind == "room":  # another step was quicker
                    entry.leave()
                    time.sleep(_CALM_S)
                return PutBack(str(error), error.kind)
            finally:
                entry.leave()  # before the engine's own bookkeeping: the next one waits

        future = self._submit(step, name, work)
        future.add_done_callback(
            lambda _: self.happened.put(lambda: self._settle(step.key, future))
        )

    def _submit(
        self,
        step: PlannedStep,
        name: str,
        call: Call,
        *,
        recorded: bool = False,
    ) -> Future:
        needs = [self.futures[need] for need in step.needs]
        future = _step.submit(  # pyright: ignore[reportUnknownMemberType]  # Prefect's **kwargs
            name, call, recorded, wait_for=needs, return_state=False
        )
        self.futures[step.key] = future
        return future
