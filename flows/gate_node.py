"""gate_node: a gate in the graph of a flow run: one task run, however often the run is started.

It runs nothing. While the gate is closed it is paused, and what needs it hangs from it.
"""

from collections.abc import Iterable
from uuid import UUID

import httpx
from prefect import Task
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State, TaskRunResult
from prefect.context import FlowRunContext
from prefect.states import Completed, Failed, Paused

from gastown.formula.plan import PlannedStep
from gastown.gates.words import waits_for
from gastown.stage import StageResult

Node = State[StageResult]


def _gate() -> None:
    """A gate runs nothing."""


_TASK: Task[[], None] = Task(fn=_gate, name="gate")


def show_closed(step: PlannedStep, needs: Iterable[UUID]) -> None:
    """Show a gate that is waited for."""
    said = waits_for(step.gate) if step.gate else "a person's word"
    _put(step, needs, Paused(name="Gated", message=f"waits for {said}"))


def show_opened(step: PlannedStep, needs: Iterable[UUID], result: StageResult) -> Node | None:
    """Show a gate that is open, or never will be; None where the server takes it not now."""
    said = result.summary
    if result.verdict == "failed":
        _put(step, needs, Failed(name="Refused", message=said))
        return None
    opened: Node = Completed(name="Opened", message=said, data=result)
    made = _put(step, needs, Completed(name="Opened", message=said))
    if made is None:
        return None
    opened.state_details.task_run_id = made
    return opened


def _put(step: PlannedStep, needs: Iterable[UUID], state: State[None]) -> UUID | None:
    """Make the gate's task run, or bring it into a state; its id."""
    context = FlowRunContext.get()
    if context is None or context.flow_run is None:
        return None
    try:
        with get_client(sync_client=True) as client:
            made = client.create_task_run(
                task=_TASK,
                flow_run_id=context.flow_run.id,
                dynamic_key=step.key,
                name=step.title,
                state=state,
                task_inputs={"wait_for": [TaskRunResult(id=need) for need in needs]},
            )
            if made.state is None or made.state.type != state.type:
                client.set_task_run_state(made.id, state, force=True)
    except httpx.HTTPError:
        return None
    return made.id
