"""burst: have a stage done on the cloud's work pool, as a child of the task run that asks for it.

Whatever goes wrong ends in a report, or in a CapacityError that says what was missing: then nothing
was done, and the step may run here. Ends are polled (docs/decisions/0005).
"""

import logging
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from uuid import UUID

import httpx
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import FlowRun
from prefect.exceptions import MissingContextError, ObjectNotFound
from prefect.logging import get_logger, get_run_logger

from flows.notice import Posted, read_notice
from flows.order import cancel, never_began, ordered, standing
from flows.server import asked, patiently
from flows.watch import Watch
from gastown.burst.parcel import Parcel
from gastown.burst.report import BurstReport
from gastown.errors import CapacityError, CapacityKind, ServerAwayError, StoppedError
from gastown.stage import StageRequest
from gastown.town.tables.burst import BurstTable

_FIRST_LOOK_S, _LOOK_S = 0.1, 1.0


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
        return self._report(self._ordered(request, parcel, attempt))

    def take(self, request: StageRequest, _parcel: Parcel, attempt: str) -> BurstReport:
        """The report of what an earlier run of the convoy had ordered; nothing is ordered now.

        Raises as a call does; CapacityError too when there is no such order.
        """
        run = patiently(lambda client: standing(client, attempt), self.stop)
        if run is None:
            raise CapacityError(f"{request.key}: nothing is away for {attempt}", kind="worker")
        return self._report(run.id)

    def cancel(self) -> None:
        """Cancel every stage that is away: nobody wants it."""
        for run in list(self.children):
            with suppress(httpx.HTTPError, ServerAwayError):
                asked(lambda client, run=run: cancel(client, run))

    def _report(self, run: UUID) -> BurstReport:
        self.children.add(run)
        try:
            ended, posted = self._awaited(run)
        except ObjectNotFound:
            raise CapacityError(f"run {run} was deleted while it was away", kind="died") from None
        finally:
            self.children.discard(run)
        return _told(ended, posted)

    def _ordered(self, request: StageRequest, parcel: Parcel, attempt: str) -> UUID:
        """The child's run. Nobody knows what a server has that is away: it is waited for."""
        try:
            run = patiently(lambda client: ordered(client, request, parcel, attempt), self.stop)
        except httpx.HTTPStatusError as error:
            why = f"Prefect's server refuses the order of {request.key}: {error}"
            raise CapacityError(why, kind="pool") from None
        _logger().info("%s is away: run %r, %s", request.key, run.name, run.id)
        return run.id

    def _awaited(self, run: UUID) -> tuple[FlowRun, Posted]:
        """The run when it is over; a server that is away for a while changes nothing."""
        watch, nap = Watch(self.table), _FIRST_LOOK_S
        while True:
            try:
                ended = asked(lambda client: _ended(client, run, watch))
            except (ServerAwayError, httpx.HTTPStatusError):
                watch.blind()
            else:
                if ended:
                    return ended
            if self.stop.wait(nap):
                raise StoppedError(f"nobody waits for run {run} any more")
            nap = min(nap * 1.5, _LOOK_S)


def _ended(client: SyncPrefectClient, run: UUID, watch: Watch) -> tuple[FlowRun, Posted] | None:
    """The run and what it posted, once it is over. Raises CapacityError when it never will be."""
    found = client.read_flow_run(run)
    if found.state is not None and found.state.is_final():
        return found, read_notice(client, run)
    watch.look(client, found)
    return None


def _logger() -> "logging.Logger | logging.LoggerAdapter[logging.Logger]":
    """The run's own log; a script has none."""
    try:
        return get_run_logger()
    except MissingContextError:
        return get_logger("burst")


def _told(run: FlowRun, posted: Posted) -> BurstReport:
    """The report of a run that is over. Raises CapacityError when it left none."""
    if posted.report is not None:
        return posted.report.model_copy(update={"run": str(run.id)})
    state = run.state
    said = f"{state.name}: {state.message}" if state else "no state"
    kind: CapacityKind = "worker" if never_began(run) else "died"
    raise CapacityError(f"run {run.name!r} ended without a report, {said}", kind=kind)
