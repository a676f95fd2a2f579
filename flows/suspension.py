"""suspension: a run that waits for gates ends its process, and is started again by who opens one.

The form is saved before the run is suspended, and the ledger is read again after it: whoever opens
a gate in between sees a suspended run, or is seen by it. Neither waits for ever, whatever dies.
"""

import json
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar, cast
from uuid import UUID, uuid4

import httpx
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.responses import SetStateStatus
from prefect.context import FlowRunContext
from prefect.exceptions import Pause
from prefect.states import Cancelled, Suspended

from flows.server import Call, asked, patiently
from gastown.errors import StageFailedError
from gastown.gates.schema import Ask, Said, description_of, said_in, schema_of

_PREFIX = "suspended-"
_FORM = ("description", "response", "schema")  # what Prefect keeps of a form
_INPUTS = 200
_PATIENCE_S = 600.0

Table = dict[str, Any]
T = TypeVar("T")


def suspendable() -> UUID | None:
    """This run, if the server can start it again: it is of a deployment, and no other run's part.

    None in somebody's program, which called the flow itself.
    """
    context = FlowRunContext.get()
    run = context.flow_run if context else None
    if run is None or run.deployment_id is None or run.parent_task_run_id is not None:
        return None
    return run.id


def new_pause() -> str:
    """A key for one suspension, which no other has."""
    return uuid4().hex[:12]


def suspend(run: UUID, pause: str, asks: Sequence[Ask]) -> Pause:
    """Suspend a run, which is this one; raise what it gives, to end the process.

    Raises:
        StageFailedError: The server does not let it.
        ServerAwayError: It gives no answer.
    """
    state = Suspended(pause_key=pause)
    if asks:
        keyset = {name: f"{_PREFIX}{pause}-{name}" for name in _FORM}
        state.state_details.run_input_keyset = keyset
        texts = {"schema": json.dumps(schema_of(asks)), "description": _text(asks)}
        for name, value in texts.items():
            _told(lambda client, n=name, v=value: _put(client, run, keyset[n], v))
    result = _told(lambda client: client.set_flow_run_state(run, state))
    if result.status != SetStateStatus.ACCEPT:  # or it is the second try, and the first was heard
        now = _told(lambda client: client.read_flow_run(run))
        if pause_of(now) != pause:
            raise StageFailedError(f"cannot wait for its gates: {result.details}")
    return Pause(state=state)


def pause_of(run: FlowRun) -> str:
    """In which suspension a run waits now; empty when it does not."""
    state = run.state
    if state is None or not state.is_paused() or state.name != "Suspended":
        return ""
    return state.state_details.pause_key or ""


def resume(run: UUID) -> bool:
    """Let a suspended run go on; False when it does already."""
    result = asked(lambda client: client.resume_flow_run(run, run_input={}))
    return result.status == SetStateStatus.ACCEPT


def call_off(run: UUID, why: str) -> None:
    """Cancel a suspended run; one that is over stays as it ended."""
    asked(lambda client: client.set_flow_run_state(run, Cancelled(message=why)))


@dataclass(frozen=True, slots=True)
class Forms:
    """What the forms of a run were filled in with and is not taken yet; `keys` hold it."""

    said: tuple[Said, ...] = ()
    keys: tuple[str, ...] = ()


def filled_in(run: UUID) -> Forms:
    """The forms that a run was started again with, and those that nobody filled in."""
    inputs = _told(lambda client: client.filter_flow_run_input(run, _PREFIX, _INPUTS, set()))
    found: dict[str, Any] = {one.key: json.loads(one.value) for one in inputs}
    said: list[Said] = []
    for key, value in found.items():
        base = key.removesuffix("-response")
        schema = found.get(f"{base}-schema")
        if base != key and isinstance(value, dict) and isinstance(schema, dict):
            said += said_in(cast("Table", schema), cast("Table", value))
    return Forms(tuple(said), tuple(found))


def forget(run: UUID, forms: Forms) -> None:
    """Take forms from the server: what was said in them is in the ledger."""
    for key in forms.keys:
        _told(lambda client, key=key: _delete(client, run, key))


def _told(call: Call[T]) -> T:
    """What the server answers to a run that has nothing else to do than to wait for it."""
    return patiently(call, threading.Event(), _PATIENCE_S)


def _put(client: SyncPrefectClient, run: UUID, key: str, value: str) -> None:
    with suppress(httpx.HTTPStatusError):  # a second try, after an answer that was lost
        client.create_flow_run_input(run, key, value)


def _delete(client: SyncPrefectClient, run: UUID, key: str) -> None:
    with suppress(httpx.HTTPStatusError):
        client.delete_flow_run_input(run, key)


def _text(asks: Sequence[Ask]) -> str:
    return json.dumps(description_of(asks))
