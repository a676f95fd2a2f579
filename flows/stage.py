"""stage: one stage on a worker that knows nothing of the town; deployed as `stage/cloud`.

The worker has this package, git, and what its own Prefect blocks say. It is told the request and
the parcel, works in a folder of its own, and its work leaves as a branch of the rig's remote. What
it did is an artifact of the run, so no storage is shared either.
"""

import os
import tempfile
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from contextvars import copy_context
from pathlib import Path
from uuid import UUID

import httpx
from prefect import flow, get_run_logger
from prefect.client.schemas.objects import State, StateType
from prefect.runtime import flow_run
from prefect.states import Cancelled, Completed, Failed

from flows.ending import ended_at_once
from flows.notice import Notice
from flows.server import asked
from gastown.burst.parcel import Parcel
from gastown.burst.report import BurstReport
from gastown.errors import ServerAwayError
from gastown.stage import StageRequest
from tasks.camp import carry_out

LOOK_S = 5.0  # so long a stage may go on for a convoy that was cancelled
_GIVEN_UP = {StateType.CANCELLING, StateType.CANCELLED}
_OVER = _GIVEN_UP | {StateType.CRASHED, StateType.FAILED}


@flow(name="stage", flow_run_name="{request.key} elsewhere", persist_result=False)
def stage(request: StageRequest, parcel: Parcel) -> State[BurstReport]:
    """Carry out one stage and push its work as a branch.

    Args:
        request: What is to be done.
        parcel: The rig's remote, where to start, the beads' text and the model's row; no secrets.
    """
    parent = flow_run.parent_flow_run_id
    ordered_by = UUID(str(parent)) if parent else None
    if ordered_by and is_given_up(ordered_by):
        return Cancelled(message="the run that ordered it was cancelled")
    notice = Notice.open(UUID(str(flow_run.id)))
    with ended_at_once(), attended(notice, ordered_by), camp_folder() as folder:
        report = carry_out(folder, request, parcel, get_run_logger().info)
    notice.close(report)
    if report.ending == "done":
        return Completed(message=report.result.summary)
    name = "Busy" if report.ending == "busy" else "Failed"
    return Failed(name=name, message=report.result.summary)


def is_given_up(run: UUID) -> bool:
    """Whether a flow run was cancelled; a server that is away says nothing."""
    return _state_of(run) in _GIVEN_UP


def _state_of(run: UUID) -> StateType | None:
    with suppress(httpx.HTTPError, ServerAwayError):
        return asked(lambda client: client.read_flow_run(run)).state_type
    return None


@contextmanager
def camp_folder() -> Generator[Path]:
    """An empty folder; in that of the run where the worker gave it one, which it removes itself."""
    here = Path.cwd()
    place = here if os.access(here, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="camp-", dir=place) as folder:
        yield Path(folder)


@contextmanager
def attended(notice: Notice, parent: UUID | None) -> Generator[None]:
    """Give signs of life, and end this process when nobody wants its work any more.

    That is when the run that ordered it is cancelled, whose process may be dead by then, or when
    this run itself was given up as lost: this machine was cut off, and its step placed anew. Dying
    is its way to stop.
    """
    done = threading.Event()

    def attend() -> None:
        while not done.wait(LOOK_S):
            notice.beat()
            if _state_of(notice.run) in _OVER:
                os._exit(0)
            if parent and is_given_up(parent):
                _end(notice.run)

    keeper = threading.Thread(target=copy_context().run, args=(attend,), daemon=True)
    keeper.start()
    try:
        yield
    finally:
        done.set()
        keeper.join()


def _end(run: UUID) -> None:
    state: State[None] = Cancelled(message="the run that ordered it was cancelled")
    with suppress(httpx.HTTPError, ServerAwayError):
        asked(lambda client: client.set_flow_run_state(run, state, force=True))
    os._exit(0)  # another status would have the worker report a crash
