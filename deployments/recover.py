"""Recover: runs whose process is gone go back to the queue, at `town up` and while a worker runs.

Prefect notices a dead flow run when its worker does, or (with an automation that costs SQLite
dearly) when its heartbeat is late. After a crash of the machine nobody is left to notice, and of
what a worker says while the server is away nobody hears; but on this machine the truth is plain: a
run without a process does not run.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
    WorkPoolFilter,
    WorkPoolFilterName,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.states import AwaitingRetry, Cancelled

from flows.bury import bury_task_runs
from gastown.beads.ledger import utc_now
from gastown.town.engine import POOL
from gastown.town.layout import TownLayout
from gastown.town.processes import RUN, is_run, marked

_STALLED = [StateType.RUNNING, StateType.PENDING, StateType.CANCELLING, StateType.CRASHED]
_START_S = 30.0  # so long a worker may take to start a process, on a machine however busy
_PAGE = 200


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a run, and why."""

    run: UUID
    name: str
    action: Literal["leave", "again", "cancel"]
    reason: str


def judge(run: FlowRun, living: Collection[UUID]) -> Verdict:
    """Decide about one run of this machine that has not ended well.

    How often a run may die is the flow's own affair: it ends as Failed when it was too often.
    """
    if run.id in living:
        return Verdict(run.id, run.name, "leave", "its process is alive")
    if run.state_type == StateType.CANCELLING:
        return Verdict(run.id, run.name, "cancel", "it was being cancelled when its process died")
    return Verdict(run.id, run.name, "again", "its process died")


def living_runs(layout: TownLayout) -> set[UUID]:
    """Flow runs of the town that have a process on this machine."""
    found = marked(layout).items()
    return {UUID(environ[RUN]) for process, environ in found if is_run(process, environ)}


async def recover(living: Collection[UUID]) -> list[Verdict]:
    """Judge every stalled run of the local pool and act on it. Call while no worker runs."""
    async with get_client() as client:
        verdicts = [judge(run, living) for run in await _runs(client, _STALLED)]
        for verdict in verdicts:
            await _carry_out(client, verdict)
    return verdicts


async def lost_runs(layout: TownLayout) -> set[UUID]:
    """Runs of this machine without a process that are said to be at work, or died and rest.

    The server starts a crashed one again by a rule; it misses one that crashed as it came up. One
    that is pending may have died before it could say that it runs.
    """
    async with get_client() as client:
        found = [run for run in await _runs(client, _STALLED) if was_started(run, utc_now())]
    living = living_runs(layout)  # asked last: whatever runs had its process before it said so
    return {run.id for run in found} - living


def was_started(run: FlowRun, now: dt.datetime) -> bool:
    """Whether a process was started for it by now; a pending one may be in its worker's hands."""
    if run.state_type != StateType.PENDING or run.state is None:
        return True
    age = (now - run.state.timestamp).total_seconds()
    return run.infrastructure_pid is not None and age > _START_S


async def recover_lost(runs: Collection[UUID]) -> list[Verdict]:
    """Act on some of the lost ones, unless they have moved on meanwhile."""
    async with get_client() as client:
        now = [run for run in await _runs(client, _STALLED) if run.id in runs]
        verdicts = [judge(run, ()) for run in now]
        for verdict in verdicts:
            await _carry_out(client, verdict)
    return verdicts


async def _runs(client: PrefectClient, states: list[StateType]) -> list[FlowRun]:
    return await client.read_flow_runs(
        flow_run_filter=FlowRunFilter(
            state=FlowRunFilterState(type=FlowRunFilterStateType(any_=states))
        ),
        work_pool_filter=WorkPoolFilter(name=WorkPoolFilterName(any_=[POOL])),
        limit=_PAGE,
    )


async def _carry_out(client: PrefectClient, verdict: Verdict) -> None:
    if verdict.action == "leave":
        return
    await bury_task_runs(verdict.run)
    if verdict.action == "cancel":
        state = Cancelled(message=verdict.reason)
    else:
        state = AwaitingRetry(scheduled_time=dt.datetime.now(dt.UTC), message=verdict.reason)
    await client.set_flow_run_state(verdict.run, state, force=True)
