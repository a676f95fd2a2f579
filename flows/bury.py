"""bury: close what a dead attempt at a flow run left open; the graph would show it at work."""

from uuid import UUID

from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterId,
    TaskRunFilter,
    TaskRunFilterState,
    TaskRunFilterStateType,
)
from prefect.client.schemas.objects import StateType, TaskRun
from prefect.states import Crashed

_OPEN = [StateType.RUNNING, StateType.PENDING]
_PAGE = 200


async def bury_task_runs(run: UUID) -> None:
    """Set a flow run's open task runs to Crashed. Call while none of them can live."""
    async with get_client() as client:
        for task_run in await _open(client, run):
            state = Crashed(message="its flow run's process died")
            await client.set_task_run_state(task_run.id, state, force=True)


async def _open(client: PrefectClient, run: UUID) -> list[TaskRun]:
    return await client.read_task_runs(
        flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=[run])),
        task_run_filter=TaskRunFilter(
            state=TaskRunFilterState(type=TaskRunFilterStateType(any_=_OPEN))
        ),
        limit=_PAGE,
    )
