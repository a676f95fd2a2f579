"""BurstTaskRunner: threads for the tasks of a flow, and a way out for stages without room here.

A flow whose tasks take a StageRequest says `task_runner=BurstTaskRunner(Way(…))`: each is placed
when its inputs are ready, and runs here or, once its money is set aside, as a flow run of
`stage/cloud`. The convoy's dispatcher has placed a step before it is submitted
(docs/decisions/0010); it uses the threads and the way out.
"""

import copy
import functools
import inspect
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, cast
from uuid import UUID

import httpx
from prefect import Task
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import RunInput, StateType
from prefect.context import FlowRunContext
from prefect.futures import PrefectConcurrentFuture, PrefectFuture
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from flows.burst import Bursts
from gastown.burst.parcel import Parcel
from gastown.burst.report import BurstReport
from gastown.errors import CapacityError, StageFailedError, StoppedError
from gastown.stage import Placement, StageRequest, StageResult
from gastown.town.tables.burst import BurstTable


@dataclass(frozen=True, slots=True)
class Later:
    """Nowhere now, and why; the stage is asked for again."""

    reason: str


Choose = Callable[[StageRequest, str], Placement | Later]
"""Where a stage runs; told why there was no room elsewhere when it was tried, or nothing."""

Pack = Callable[[StageRequest], Parcel]

Pay = Callable[[StageRequest, str, Parcel, Callable[[Parcel], BurstReport]], BurstReport]
"""Sends an attempt's parcel once its money is set aside, and puts down what it took.

Raises CapacityError where no budget has room; `tasks.trips.fare.payer(town)` is one.
"""


@dataclass(frozen=True, slots=True)
class Way:
    """How a flow's stages leave this PC: who decides, what travels, and who pays."""

    choose: Choose
    pack: Pack
    pay: Pay


_ASK_S = 0.5


class BurstTaskRunner(ThreadPoolTaskRunner[Any]):
    """Runs a task that takes a StageRequest where its way says; any other in a thread."""

    def __init__(
        self,
        way: Way | None = None,
        *,
        table: BurstTable | None = None,
        max_workers: int | None = None,
    ) -> None:
        super().__init__(max_workers=max_workers)
        self.table = table or BurstTable()
        self.bursts = Bursts(self.table)
        self._way = way

    def duplicate(self) -> "BurstTaskRunner":
        """A runner of its own for a flow run."""
        return BurstTaskRunner(self._way, table=self.table, max_workers=self._max_workers)

    def submit(
        self,
        task: "Task[..., Any]",
        parameters: dict[str, Any],
        wait_for: Iterable[PrefectFuture[Any]] | None = None,
        dependencies: dict[str, set[RunInput]] | None = None,
    ) -> PrefectConcurrentFuture[Any]:
        """Run a task as soon as its inputs are ready."""
        name = _taker(task.fn)
        if name and self._way:
            wrapped = copy.copy(task)
            wrapped.fn = self._placed(task.fn, name, self._way)
            task = wrapped
        return super().submit(task, parameters, wait_for, dependencies)

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End the waiting; what is away is cancelled only if this flow run is."""
        if self.bursts.children and _is_cancelled():
            self.bursts.cancel()
        self.bursts.stop.set()
        super().__exit__(exc_type, exc_value, traceback)

    def _placed(self, body: Callable[..., Any], name: str, way: Way) -> Callable[..., Any]:
        signature = inspect.signature(body)

        @functools.wraps(body)
        def run(*args: Any, **kwargs: Any) -> Any:
            bound = signature.bind(*args, **kwargs)
            asked: StageRequest = bound.arguments[name]
            refused, number = "", 0
            while True:
                request = _settled(asked, way.choose, refused, self.bursts.stop)
                if request.placement.where == "local":
                    bound.arguments[name] = request
                    return body(*bound.args, **bound.kwargs)
                try:
                    return self._sent(request, _attempt(request, number), way)
                except CapacityError as error:
                    refused, number = str(error), number + 1

        return run

    def _sent(self, request: StageRequest, attempt: str, way: Way) -> StageResult:
        """What came back of a stage whose money was there."""

        def order(parcel: Parcel) -> BurstReport:
            return self.bursts(request, parcel, attempt)

        return _result(way.pay(request, attempt, way.pack(request), order))


def _settled(
    request: StageRequest, choose: Choose, refused: str, stop: threading.Event
) -> StageRequest:
    """The request as it was placed, as soon as there is room."""
    while isinstance(decision := choose(request, refused), Later):
        if stop.wait(_ASK_S):
            raise StoppedError(f"{request.key}: the flow run ended while it waited for room")
    return request.model_copy(update={"placement": decision})


def _result(report: BurstReport) -> StageResult:
    if report.ending == "busy":
        raise CapacityError(report.result.summary, kind=report.lacks or "provider")
    if report.ending == "failed":
        raise StageFailedError(report.result.summary)
    return report.result


def _attempt(request: StageRequest, number: int) -> str:
    """What makes two orders the same work: one that ended without it is followed by another."""
    return f"{request.step}/{request.round}.{number}/{request.token}"


def _taker(body: Callable[..., Any]) -> str:
    """Name of the parameter that takes a StageRequest; empty when none does."""
    parameters = inspect.signature(body).parameters.values()
    return next((one.name for one in parameters if one.annotation is StageRequest), "")


def _is_cancelled() -> bool:
    context = FlowRunContext.get()
    if context is None or context.flow_run is None:
        return False
    try:
        with get_client(sync_client=True) as client:
            state = client.read_flow_run(UUID(str(context.flow_run.id))).state_type
    except httpx.HTTPError:
        return False
    return state in {StateType.CANCELLING, StateType.CANCELLED}


def bursts_of_run(table: BurstTable) -> Bursts:
    """The way out of the flow run in whose context we are, under the town's terms."""
    context = FlowRunContext.get()
    runner = context.task_runner if context else None
    bursts = runner.bursts if isinstance(runner, BurstTaskRunner) else Bursts()
    bursts.table = table
    return bursts


def burst_runner(way: Way | None = None) -> TaskRunner[PrefectFuture[Any]]:
    """A runner as `@flow` wants its type: Prefect's own thread pool is none to a type checker."""
    return cast("TaskRunner[PrefectFuture[Any]]", BurstTaskRunner(way))
