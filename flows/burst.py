"""burst: have a stage done on the cloud's work pool, as a child of the task run that asks for it.

Whatever goes wrong ends in a report, or in a CapacityError that says what was missing: then nothing
was done, and the step may run here. Ends are polled (docs/decisions/0005).
"""

import logging
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from uuid import UUID

import httpx
from prefect import Task
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterIdempotencyKey
from prefect.client.schemas.objects import (
    FlowRun,
    StateType,
    TaskRunResult,
    WorkerStatus,
    WorkPoolStatus,
)
from prefect.client.schemas.responses import DeploymentResponse
from prefect.context import TaskRunContext
from prefect.exceptions import MissingContextError, ObjectNotFound
from prefect.logging import get_logger, get_run_logger
from prefect.states import Cancelling, Crashed, Pending, Scheduled

from flows.notice import Posted, read_notice
from gastown.burst.parcel import Parcel
from gastown.burst.report import BurstReport
from gastown.errors import CapacityError, CapacityKind, StoppedError
from gastown.stage import StageRequest
from gastown.town.tables.burst import BurstTable

DEPLOYMENT = "stage/cloud"
_FIRST_LOOK_S, _LOOK_S = 0.1, 1.0
_TRIES = 20  # of one attempt; each was cancelled before it began


@dataclass(slots=True)
class Bursts:
    """Sends stages away for one flow run. Threads share it."""

    table: BurstTable = field(default_factory=BurstTable)
    stop: threading.Event = field(default_factory=threading.Event)
    children: set[UUID] = field(default_factory=set[UUID])

    def __call__(self, request: StageRequest, parcel: Parcel, attempt: str) -> BurstReport:
        """Have a stage done, or wait for one that an earlier run of the convoy had ordered.

        Args:
            request: What is to be done.
            parcel: What travels with it.
            attempt: What is the same for two orders of the same work.

        Raises:
            CapacityError: There is no pool, no worker, or the machine died; nothing was done.
            StoppedError: Nobody waits for it any more; it goes on unless it was cancelled.
        """
        run = self._ordered(request, parcel, attempt)
        self.children.add(run)
        try:
            ended, posted = self._awaited(run)
        finally:
            self.children.discard(run)
        return _told(ended, posted)

    def cancel(self) -> None:
        """Cancel every stage that is away: nobody wants it."""
        for run in list(self.children):
            with suppress(httpx.HTTPError), get_client(sync_client=True) as client:
                _cancel(client, run)

    def _ordered(self, request: StageRequest, parcel: Parcel, attempt: str) -> UUID:
        """The child's run: the one that is there, unless it never began, else a new one.

        An attempt is begun once, so that it is paid once; what failed there is taken as it is.
        """
        with get_client(sync_client=True) as client:
            deployment = self._deployment(client)
            for number in range(_TRIES):
                key = f"burst/{attempt}/{number}"
                run = _standing(client, key) or _order(client, deployment, request, parcel, key)
                if not _never_began(run):
                    _logger().info("%s is away: run %r, %s", request.key, run.name, run.id)
                    return run.id
        raise CapacityError(f"{_TRIES} runs of {attempt} ended before they began", kind="worker")

    def _deployment(self, client: SyncPrefectClient) -> DeploymentResponse:
        try:
            found = client.read_deployment_by_name(DEPLOYMENT)
            pool = client.read_work_pool(found.work_pool_name or "")
        except (ObjectNotFound, ValueError):
            raise CapacityError(
                f"the server has no {DEPLOYMENT} or its work pool; apply them: town up", kind="pool"
            ) from None
        if pool.status == WorkPoolStatus.PAUSED:
            raise CapacityError(f"the work pool {pool.name} is paused", kind="pool")
        return found

    def _awaited(self, run: UUID) -> tuple[FlowRun, Posted]:
        """The run when it is over; a server that is away for a while changes nothing."""
        watch, nap = _Watch(self.table), _FIRST_LOOK_S
        while True:
            with suppress(httpx.HTTPError), get_client(sync_client=True) as client:
                found = client.read_flow_run(run)
                if found.state is None or not found.state.is_final():
                    watch.look(client, found)
                else:
                    return found, read_notice(client, run)
            if self.stop.wait(nap):
                raise StoppedError(f"nobody waits for run {run} any more")
            nap = min(nap * 1.5, _LOOK_S)


@dataclass(slots=True)
class _Watch:
    """Judges whether a run that is not over still has a chance. Times are of this process."""

    table: BurstTable
    since: float = field(default_factory=time.monotonic)
    heard: float = field(default_factory=time.monotonic)
    beats: int = -1

    def look(self, client: SyncPrefectClient, run: FlowRun) -> None:
        """Raise CapacityError, the run being cancelled, when it is not worth waiting for."""
        if run.state_type in {StateType.SCHEDULED, StateType.PENDING}:
            self._queued(client, run)
        elif run.state_type == StateType.RUNNING:
            self._running(client, run)

    def _queued(self, client: SyncPrefectClient, run: FlowRun) -> None:
        waited = time.monotonic() - self.since
        self.heard = time.monotonic()
        if waited > self.table.queue_s:
            why = f"no worker of the pool {run.work_pool_name} had time for it in {waited:.0f} s"
        elif waited > self.table.grace_s and not _online(client, run):
            why = f"no worker of the pool {run.work_pool_name} was heard of in {waited:.0f} s"
        else:
            return
        _cancel(client, run.id)
        began = client.read_flow_run(run.id).run_count > 0  # it was quicker
        raise CapacityError(why, kind="died" if began else "worker")

    def _running(self, client: SyncPrefectClient, run: FlowRun) -> None:
        """A machine that is lost reports nothing, and neither does its worker."""
        if time.monotonic() - self.heard < self.table.grace_s / 2:
            return
        beats = read_notice(client, run.id).beats
        if beats != self.beats:
            self.beats, self.heard = beats, time.monotonic()
        elif time.monotonic() - self.heard > self.table.grace_s and not _online(client, run):
            why = f"neither the stage nor its worker was heard of in {self.table.grace_s:.0f} s"
            client.set_flow_run_state(run.id, Crashed(message=why), force=True)
            raise CapacityError(f"run {run.id}: {why}", kind="died")


def _logger() -> "logging.Logger | logging.LoggerAdapter[logging.Logger]":
    """The run's own log; a script has none."""
    try:
        return get_run_logger()
    except MissingContextError:
        return get_logger("burst")


def _standing(client: SyncPrefectClient, key: str) -> FlowRun | None:
    wanted = FlowRunFilter(idempotency_key=FlowRunFilterIdempotencyKey(any_=[key]))
    return next(iter(client.read_flow_runs(flow_run_filter=wanted)), None)


def _order(
    client: SyncPrefectClient,
    deployment: DeploymentResponse,
    request: StageRequest,
    parcel: Parcel,
    key: str,
) -> FlowRun:
    parameters = {
        "request": request.model_dump(mode="json"),
        "parcel": parcel.model_dump(mode="json"),
    }
    return client.create_flow_run_from_deployment(
        deployment.id,
        parameters=parameters,
        state=Scheduled(),
        name=f"{request.key} elsewhere",
        tags=["burst", request.convoy],
        idempotency_key=key,
        parent_task_run_id=_place_in_graph(client, request),
    )


def _place_in_graph(client: SyncPrefectClient, request: StageRequest) -> UUID | None:
    """A task run below the asking one, for the child to hang from; None outside a task.

    Prefect's own (`as_subflow`) are numbered anew in each run, so that a retry draws the child
    under an old task run.
    """
    context = TaskRunContext.get()
    if context is None or context.task_run.flow_run_id is None:
        return None
    asking = context.task_run.id
    hook: Task[[], None] = Task(fn=lambda: None, name=f"{request.key} elsewhere")
    made = client.create_task_run(
        task=hook,
        flow_run_id=context.task_run.flow_run_id,
        dynamic_key=str(asking),
        task_inputs={"__parents__": [TaskRunResult(id=asking)]},
        state=Pending(),
    )
    return made.id


def _online(client: SyncPrefectClient, run: FlowRun) -> bool:
    workers = client.read_workers_for_work_pool(run.work_pool_name or "")
    return any(worker.status == WorkerStatus.ONLINE for worker in workers)


def _cancel(client: SyncPrefectClient, run: UUID) -> None:
    """Always by way of Cancelling: a pending run that is set to Cancelled would still start."""
    client.set_flow_run_state(run, Cancelling(), force=True)


def _never_began(run: FlowRun) -> bool:
    """Whether it is over without having been begun: nothing was done or spent."""
    ended = run.state is not None and run.state.is_final()
    return ended and run.run_count == 0  # `start_time` is set by the end, too


def _told(run: FlowRun, posted: Posted) -> BurstReport:
    """The report of a run that is over. Raises CapacityError when it left none."""
    if posted.report is not None:
        return posted.report.model_copy(update={"run": str(run.id)})
    state = run.state
    said = f"{state.name}: {state.message}" if state else "no state"
    kind: CapacityKind = "worker" if _never_began(run) else "died"
    raise CapacityError(f"run {run.name!r} ended without a report, {said}", kind=kind)
