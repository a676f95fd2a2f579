"""keeping: looks at gates that no run is there to look at, each planned when it may matter."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, StateType

from flows.ordering import order_run
from flows.server import asked
from flows.suspension import call_off, pause_of, resume
from gastown.beads.bead import CLOSED
from gastown.beads.ledger import utc_now
from gastown.gates.due import next_look, whole
from gastown.gates.record import GATE, GateRecord, open_gates, record_of
from gastown.town.engine import block_name
from gastown.town.town import Town
from tasks.drop import is_dropped

GATEKEEPER = "gatekeeper/gatekeeper"
_PAUSED, _PAGE = StateType.PAUSED, 200
_PATIENCE_S = 60.0


def plan_look(town: Town, records: Iterable[GateRecord]) -> datetime | None:
    """Have the gatekeeper look when it may matter next; asked for twice, it looks once."""
    due = next_look(records, utc_now(), town.config.gates.look_s)
    if due is not None:
        plan_look_at(town, due)
    return due


def look_soon(town: Town) -> None:
    """Have the gatekeeper look now: mail came, or the town was down. Nothing where no gate waits.

    Must be called with the town's server at hand.
    """
    if open_gates(town.ledger):
        plan_look_at(town, whole(utc_now()))


def plan_look_at(town: Town, due: datetime) -> None:
    """Have the gatekeeper look at a moment.

    Raises:
        NotFoundError: The server does not know the gatekeeper.
        ServerAwayError: It gives no answer for a minute.
    """
    key = f"gates-{block_name(town.config.town.name)}-{due:%Y%m%dT%H%M%S}"
    order_run(town.config, GATEKEEPER, {}, key, patience_s=_PATIENCE_S, at=due)


def resume_ready(town: Town) -> list[str]:
    """Start again every suspended run of which a gate is open or refused by now; their ids.

    One whose convoy was given up is cancelled: nobody waits for it any more.
    """
    runs = suspended_runs()
    ready: dict[str, str] = {}
    for bead in town.ledger.find(issue_type=GATE) if runs else ():
        record = record_of(bead)
        done = record is not None and (bead.status == CLOSED or record.rejected is not None)
        if record is not None and done and record.pause and runs.get(record.run) == record.pause:
            ready[record.run] = record.molecule
    over = {run for run, molecule in ready.items() if is_dropped(town.ledger, molecule)}
    for run in over:
        call_off(UUID(run), "its convoy was given up")
    return [run for run in sorted(ready.keys() - over) if resume(UUID(run))]


def waited_for(town: Town) -> dict[str, GateRecord]:
    """The open gates that a suspended run waits for now."""
    runs = suspended_runs()
    return {
        gate: record
        for gate, record in (open_gates(town.ledger) if runs else {}).items()
        if record.rejected is None and record.pause and runs.get(record.run) == record.pause
    }


def suspended_runs() -> dict[str, str]:
    """The runs that wait, by id, each with the key of the suspension in which it does."""
    paused = FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[_PAUSED])))

    found: list[FlowRun] = []

    def page(client: SyncPrefectClient) -> list[FlowRun]:
        return client.read_flow_runs(flow_run_filter=paused, limit=_PAGE, offset=len(found))

    while True:
        read = asked(page)
        found += read
        if len(read) < _PAGE:
            return {str(run.id): pause for run in found if (pause := pause_of(run))}
