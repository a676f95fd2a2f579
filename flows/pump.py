"""pump: what a drive does at each turn: ask, start, settle, join, grow, and look at gates.

All of it is done in the thread of the flow, which alone holds the course; a step's own work, and
the record of a join, are done in the thread of its task run.
"""

import queue
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from uuid import UUID

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.futures import PrefectFuture, wait
from prefect.states import Completed

from flows.book import Book, Look, Poll
from flows.gate_node import Node, show_closed, show_opened
from flows.host import End, Entry, Host
from flows.outages import Outages
from gastown.convoys.course import Course
from gastown.convoys.joins import Record, grows
from gastown.errors import (
    AT_HOME,
    OUTAGES,
    CapacityError,
    CapacityKind,
    GasTownError,
    LedgerError,
    OutageError,
    OvercommitError,
    StageFailedError,
)
from gastown.formula.outcome import Outcome
from gastown.formula.plan import PlannedStep
from gastown.patience import KILLS
from gastown.stage import Placement, StageResult

Work = Callable[[PlannedStep, int, tuple[str, ...], Placement], StageResult]
"""Does one step: the step, its round, why the last round was sent back, where it was placed."""


@dataclass(frozen=True, slots=True)
class PutBack:
    """A step that could not be done where it was placed, or not now; it is placed anew."""

    reason: str
    kind: CapacityKind


Call = Callable[[], StageResult | PutBack]
Future = PrefectFuture[StageResult | PutBack]

_SIGNALS_S = 0.5
_CALM_S = 1.0  # so long a step waits that was let in and found no room
GATES_S = 1.0  # how often gates are looked at while something else goes on


# The engine must never answer for an agent: a replayed write that did not happen is a lie.
@task(name="step", task_run_name="{name}", cache_policy=NO_CACHE, persist_result=False)
def _step(name: str, call: Call, state: str) -> "StageResult | PutBack":
    del name  # it names the task run
    result = call()
    if isinstance(result, PutBack):
        return Completed(name="PutBack", message=result.reason, data=result)  # pyright: ignore[reportReturnType]
    state = state or ("SentBack" if result.verdict == "rework" else "Completed")
    # The engine unwraps a state; its message is what the UI and the log say of the step.
    return Completed(name=state, message=result.summary, data=result)  # pyright: ignore[reportReturnType]


def _no_gate(_: Look) -> Mapping[str, StageResult]:
    """Nobody opens gates here."""
    return {}


@dataclass(slots=True)
class Pump:
    """One drive. `results` are those of the closed steps."""

    course: Course
    work: Work
    results: dict[str, StageResult]
    host: Host
    book: Book
    poll: Poll = _no_gate
    happened: "queue.SimpleQueue[Callable[[], None]]" = field(default_factory=queue.SimpleQueue)
    futures: dict[str, Future | Node] = field(default_factory=dict)
    asked: dict[str, Entry | None] = field(default_factory=dict)
    inside: dict[str, Entry] = field(default_factory=dict)
    outages: Outages = field(default_factory=Outages)
    resting: set[str] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)
    killed: dict[str, int] = field(default_factory=dict)
    looked: float = 0.0

    @property
    def record(self) -> Mapping[str, Outcome]:
        """Where all steps stand, for conditions."""
        return Record(self.course, self.results)

    def replay(self) -> None:
        """Show what is already closed, so that the run's graph is whole."""
        for step in self.course.plan.steps:
            if self.course.status(step.key) != "closed":
                continue
            if step.kind == "gate":
                self._show_gate(step, self.results[step.key])
            else:
                self._show(step, self.results[step.key], "Recorded")

    def turn(self) -> bool:
        """Start what may start, then wait until something happens; whether more may."""
        self.fill()
        if self.course.running or self.asked or self.resting:
            self.next()()
            with suppress(queue.Empty):  # what happened at once is looked at together
                while True:
                    self.happened.get_nowait()()
            return True
        return self.look(now=True)

    def fill(self) -> None:
        """Ask for each step that is ready; leave the queue for one that is so no more."""
        self.resting = {key for key in self.resting if self.outages.rests(key)}
        while any(self._join(step) for step in self._ready() if step.kind == "join"):
            pass  # what grew may be joins that are ready in turn
        ready = [step for step in self._ready() if step.kind == "work"]
        for key in self.asked.keys() - {step.key for step in ready}:
            self._leave(self.asked.pop(key))
        for step in ready:
            if step.key not in self.asked:
                self._ask(step)

    def next(self) -> Callable[[], None]:
        """Wait for a step to be let in or to end, or a gate to open; what is to be done about it.

        Never for long: a signal that arrives just before a blocking wait is handled only after it.
        """
        while not self.look():
            with suppress(queue.Empty):
                return self.happened.get(timeout=_SIGNALS_S)
            if not all(self.outages.rests(key) for key in self.resting):
                break
        return _done

    def _ready(self) -> list[PlannedStep]:
        """What may start, but for what waits for an outage to end."""
        return [step for step in self.course.ready() if step.key not in self.resting]

    def wind_down(self) -> None:
        """Wait for who is at work; what they do is on record, and found there by the next drive."""
        wait([one for one in self.futures.values() if isinstance(one, PrefectFuture)])

    def look(self, *, now: bool = False) -> bool:
        """Let gates be looked at, if that is due; whether one opened, or never will."""
        gates = self.course.gates()
        fresh = {step.key for step in gates} - self.seen
        if not gates or not (now or fresh or time.monotonic() - self.looked >= GATES_S):
            return False
        for step in gates:
            if step.key in fresh:
                show_closed(step, self._ids(step))
        self.seen |= fresh
        found: Mapping[str, StageResult] = {}
        with suppress(LedgerError):  # a busy file; the next look may find it well
            found = self.poll(Look(self.course.plan, self.record, tuple(gates)))
        self.looked = time.monotonic()
        for step in gates:
            if step.key in found:
                self._open(step, found[step.key])
        return bool(found)

    def leave_all(self) -> None:
        """Leave the queue, however this ends; who works gives back when he is done."""
        for entry in self.asked.values():
            self._leave(entry)

    def _open(self, step: PlannedStep, result: StageResult) -> None:
        self._show_gate(step, result)
        if result.verdict == "failed":
            self.course.fail(step.key, result.summary)
            return
        self.results[step.key] = result
        self.course.close(step.key)

    def _show_gate(self, step: PlannedStep, result: StageResult) -> None:
        node = show_opened(step, self._ids(step), result)
        if node is not None:
            self.futures[step.key] = node
        elif result.verdict != "failed":
            self._show(step, result, "Opened")

    def _ids(self, step: PlannedStep) -> list[UUID]:
        """Of the task runs that a step comes after."""
        return [_id(self.futures[need]) for need in self.course.met_by(step)]

    def _join(self, step: PlannedStep) -> bool:
        """Let a ready join grow, or else close it; whether it grew."""
        course, why = self.course, ""
        try:
            if self._grew(step):
                return True
        except OutageError:
            raise
        except (GasTownError, ValueError) as error:
            why = str(error)

        def close() -> StageResult:
            if why:
                raise StageFailedError(why)
            return self.book.close(course.plan, step, self.record)

        def closed() -> StageResult | PutBack:
            try:
                return close()
            except OutageError as error:
                return self._put_off(step, error)

        course.start(step.key)
        self._watch(step, self._submit(step, step.title, closed))
        return False

    def _put_off(self, step: PlannedStep, error: OutageError) -> PutBack:
        return PutBack(self.outages.met(step.key, error).reason, error.kind)

    def _grew(self, step: PlannedStep) -> bool:
        plan = self.course.plan
        if not grows(plan, step):
            return False
        grown = self.book.grow(plan, step, self.record)
        if grown is plan:
            return False
        added = self.course.grow(grown)
        self.host.grown([one for one in added if one.kind == "work"])
        return True

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

    def _settle(self, step: PlannedStep, future: Future) -> None:
        """Tell the course how a step ended."""
        key = step.key
        self._leave(self.inside.pop(key, None))
        result: StageResult | PutBack | BaseException = future.result(raise_on_failure=False)
        if isinstance(result, PutBack):
            self._put_back(step, result)
            return
        self.outages.done(key)
        if isinstance(result, BaseException):  # how a failed task run ends
            self.course.fail(key, str(result))
            self._over(step, "failed")
            return
        if result.verdict == "rework":
            self.course.rework(key, result.reasons)
            self._over(step, "sent back")
            return
        self.results[key] = result
        self.course.close(key)
        self._over(step, "closed")

    def _put_back(self, step: PlannedStep, why: PutBack) -> None:
        """Have it placed anew, at once or when what is away is looked for again."""
        key = step.key
        if step.kind == "work":
            self.host.refused(key, why.reason, why.kind)
        if why.kind == "killed":
            self.killed[key] = self.killed.get(key, 0) + 1
        if why.kind in OUTAGES:
            self.outages.tell(key)
            self.resting.add(key)
        self.course.put_back(key)

    def _over(self, step: PlannedStep, end: End) -> None:
        if step.kind == "work":  # of others the host was never asked
            self.host.over(step.key, end)

    def _start(self, step: PlannedStep, entry: Entry) -> None:
        mark = self.course.mark(step.key)
        name = step.title if mark.round == 1 else f"{step.title} (round {mark.round})"
        self.course.start(step.key)
        killed = self.killed.get(step.key, 0)

        def work() -> StageResult | PutBack:
            placement = entry.placement  # of a held step it tells why, and that fails it alone
            try:
                return self.work(step, mark.round, mark.reasons, placement)
            except OutageError as error:
                return self._put_off(step, error)
            except CapacityError as error:
                if placement.where == "local" and error.kind not in AT_HOME:
                    raise
                if error.kind == "killed" and killed == KILLS:
                    raise
                if error.kind == "room":  # another step was quicker
                    entry.leave()
                    time.sleep(_CALM_S)
                return PutBack(str(error), error.kind)
            finally:
                entry.leave()  # before the engine's own bookkeeping: the next one waits

        self._watch(step, self._submit(step, name, work))

    def _watch(self, step: PlannedStep, future: Future) -> None:
        future.add_done_callback(lambda _: self.happened.put(lambda: self._settle(step, future)))

    def _show(self, step: PlannedStep, result: StageResult, state: str) -> None:
        self._submit(step, step.title, lambda: result, state)

    def _submit(self, step: PlannedStep, name: str, call: Call, state: str = "") -> Future:
        needs = [self.futures[need] for need in self.course.met_by(step)]
        future = _step.submit(  # pyright: ignore[reportUnknownMemberType]  # Prefect's **kwargs
            name, call, state, wait_for=needs, return_state=False
        )
        self.futures[step.key] = future
        return future


def _id(node: Future | Node) -> UUID:
    """Its task run's."""
    if isinstance(node, PrefectFuture):
        return node.task_run_id
    found = node.state_details.task_run_id
    assert found is not None  # noqa: S101 - a gate's node is made with it
    return found


def _done() -> None:
    """Nothing is left to be done about it."""
