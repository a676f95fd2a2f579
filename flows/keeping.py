"""keeping: looks at gates that no run is there to look at, each planned when it may matter."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient
from prefect.exceptions import ObjectNotFound
from prefect.states import Scheduled

from flows.server import asked
from flows.suspension import pause_of, resume
from gastown.beads.bead import CLOSED
from gastown.beads.ledger import utc_now
from gastown.gates.due import next_look
from gastown.gates.record import GATE, GateRecord, record_of
from gastown.town.engine import block_name
from gastown.town.town import Town

GATEKEEPER = "gatekeeper/gatekeeper"


def plan_look(town: Town, records: Iterable[GateRecord]) -> datetime | None:
    """Have the gatekeeper look when it may matter next; asked for twice, it looks once."""
    due = next_look(records, utc_now(), town.config.gates.look_s)
    if due is not None:
        plan_look_at(town, due)
    return due


def plan_look_at(town: Town, due: datetime) -> None:
    """Have the gatekeeper look at a moment."""
    name = block_name(town.config.town.name)
    key = f"gates-{name}-{due:%Y%m%dT%H%M%S}"

    def order(client: SyncPrefectClient) -> None:
        deployment = client.read_deployment_by_name(GATEKEEPER)
        client.create_flow_run_from_deployment(
            deployment.id,
            parameters={"town": name},
            state=Scheduled(scheduled_time=due),
            idempotency_key=key,
        )

    asked(order)


def resume_ready(town: Town) -> list[str]:
    """Start again every suspended run of which a gate is open or refused by now; their ids."""
    ready: dict[str, set[str]] = {}
    for bead in town.ledger.find(issue_type=GATE):
        record = record_of(bead)
        if record is not None and record.run and (bead.status == CLOSED or record.rejected):
            ready.setdefault(record.run, set()).add(record.pause)
    return [run for run, pauses in ready.items() if _resumed(UUID(run), pauses)]


def _resumed(run: UUID, pauses: set[str]) -> bool:
    """A run whose gates of an earlier suspension are open waits for others now."""
    return waiting_in(run) in pauses and resume(run)


def waiting_in(run: UUID) -> str:
    """The suspension in which a run waits; empty for one that does not, or is not known."""
    found = asked(lambda client: _pause(client, run))
    return found or ""


def _pause(client: SyncPrefectClient, run: UUID) -> str:
    try:
        return pause_of(client.read_flow_run(run))
    except ObjectNotFound:
        return ""
