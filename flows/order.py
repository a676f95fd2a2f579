"""order: a flow run of `stage/cloud` for one attempt: found, made, cancelled, looked up.

Each function asks Prefect's server once or a few times and decides nothing about waiting.
"""

from uuid import UUID

from prefect import Task
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterIdempotencyKey
from prefect.client.schemas.objects import FlowRun, TaskRunResult, WorkerStatus, WorkPoolStatus
from prefect.client.schemas.responses import DeploymentResponse
from prefect.context import TaskRunContext
from prefect.exceptions import ObjectNotFound
from prefect.states import Cancelling, Pending, Scheduled

from gastown.burst.parcel import Parcel
from gastown.errors import CapacityError
from gastown.stage import StageRequest

DEPLOYMENT = "stage/cloud"
_TRIES = 20  # of one attempt; each was cancelled before it began


def ordered(
    client: SyncPrefectClient, request: StageRequest, parcel: Parcel, attempt: str
) -> FlowRun:
    """The child's run: the one that is there, unless it never began, else a new one.

    An attempt is begun once, so that it is paid once; what failed there is taken as it is. Asked
    again it finds what it ordered, also where the answer to that was lost.

    Raises:
        CapacityError: There is no pool that would take an order.
    """
    for number in range(_TRIES):
        key = _key(attempt, number)
        run = _standing(client, key)
        if run is None:  # a pool that was closed since then has its order all the same
            run = _order(client, _deployment(client), request, parcel, key)
        if not never_began(run):
            return run
    raise CapacityError(f"{_TRIES} runs of {attempt} ended before they began", kind="worker")


def standing(client: SyncPrefectClient, attempt: str) -> FlowRun | None:
    """The child's run that an earlier run of the convoy had ordered, if it was or will be begun."""
    found: FlowRun | None = None
    for number in range(_TRIES):
        run = _standing(client, _key(attempt, number))
        if run is None:
            break
        found = run
    return None if found is None or never_began(found) else found


def _key(attempt: str, number: int) -> str:
    return f"burst/{attempt}/{number}"


def _deployment(client: SyncPrefectClient) -> DeploymentResponse:
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


def online(client: SyncPrefectClient, run: FlowRun) -> bool:
    """Whether a worker of the run's pool was heard of lately."""
    workers = client.read_workers_for_work_pool(run.work_pool_name or "")
    return any(worker.status == WorkerStatus.ONLINE for worker in workers)


def cancel(client: SyncPrefectClient, run: UUID) -> None:
    """Always by way of Cancelling: a pending run that is set to Cancelled would still start."""
    client.set_flow_run_state(run, Cancelling(), force=True)


def never_began(run: FlowRun) -> bool:
    """Whether it is over without having been begun: nothing was done or spent."""
    ended = run.state is not None and run.state.is_final()
    return ended and run.run_count == 0  # `start_time` is set by the end, too
