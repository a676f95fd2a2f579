"""watch: whether a stage that is away still has a chance, by signs of life and by the clock."""

import time
from dataclasses import dataclass, field

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.states import Crashed

from flows.notice import read_notice
from flows.order import cancel, online
from gastown.errors import CapacityError
from gastown.town.tables.burst import BurstTable

_SILENT = 3  # times the grace, in which a stage at work gave no sign of life


@dataclass(slots=True)
class Watch:
    """Judges whether a run that is not over still has a chance. Times are of this process."""

    table: BurstTable
    since: float = field(default_factory=time.monotonic)
    heard: float = field(default_factory=time.monotonic)
    beats: int = -1

    def blind(self) -> None:
        """Nothing could be heard, nor begin, while the server was away: the clocks start anew."""
        self.since = self.heard = time.monotonic()

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
        elif waited > self.table.grace_s and not online(client, run):
            why = f"no worker of the pool {run.work_pool_name} was heard of in {waited:.0f} s"
        else:
            return
        cancel(client, run.id)
        began = client.read_flow_run(run.id).run_count > 0  # it was quicker
        raise CapacityError(why, kind="died" if began else "worker")

    def _running(self, client: SyncPrefectClient, run: FlowRun) -> None:
        """A machine that is lost reports nothing, and neither does its worker.

        Another worker of the pool may be well meanwhile; then the stage's own silence must do.
        """
        silent = time.monotonic() - self.heard
        if silent < self.table.grace_s / 2:
            return
        beats = read_notice(client, run.id).beats
        if beats != self.beats:
            self.beats, self.heard = beats, time.monotonic()
            return
        if silent <= self.table.grace_s or (silent <= self._longest and online(client, run)):
            return
        why = f"neither the stage nor its worker was heard of in {silent:.0f} s"
        if online(client, run):
            why = f"the stage was not heard of in {silent:.0f} s"
        client.set_flow_run_state(run.id, Crashed(message=why), force=True)
        raise CapacityError(f"run {run.id}: {why}", kind="died")

    @property
    def _longest(self) -> float:
        """Seconds of silence after which a stage is lost, whatever workers say."""
        return _SILENT * self.table.grace_s
