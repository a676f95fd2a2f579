"""herald, on a real server: each line of the feed is one event of Prefect, whoever dies between."""

import time
from collections.abc import Callable
from uuid import UUID

import pytest
from prefect import flow
from prefect.client.orchestration import get_client
from prefect.events.filters import EventFilter, EventNameFilter, EventRelatedFilter
from prefect.events.schemas.events import ReceivedEvent
from prefect.runtime import flow_run

from flows.herald import Told, herald, heralded
from gastown.beads.ledger import Ledger
from gastown.convoys.molecule import pour, record
from gastown.feed.reader import Reader
from gastown.formula.plan import Plan, PlannedStep
from gastown.founding.install import install
from gastown.stage import StageResult
from gastown.town.town import Town
from tests.gastown.feed.given import HOLDER, LEASE, make_bead, make_convoy

pytestmark = pytest.mark.engine


def events() -> list[ReceivedEvent]:
    wanted = EventFilter(
        event=EventNameFilter(prefix=["gastown."]),
        related=EventRelatedFilter(id=["gastown.town.told"]),
    )
    with get_client(sync_client=True) as client:
        return list(client.read_events(wanted, limit=50).events)


def until(found: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not found():
        assert time.monotonic() < end, [event.event for event in events()]
        time.sleep(0.2)


def landed(ledger: Ledger) -> str:
    """A convoy of one bead and one step, from its making to its landing."""
    bead = make_bead(ledger)
    convoy = make_convoy(ledger, bead)
    step = PlannedStep(key="work", step="work", title="p", role="polecat", rig="core", bead=bead)
    plan = Plan(formula="convoy", digest="d", convoy=convoy, steps=(step,))
    molecule = pour(ledger, plan)
    claim = ledger.claim(molecule.beads["work"], HOLDER, LEASE)
    record(ledger, claim, StageResult(summary="4 passed"))
    ledger.close(bead, "Merged in 1f2e3d4c5b6a", actor="refinery")
    ledger.close(convoy, "landed: 1 beads merged", actor="town")
    return convoy


def test_what_happens_is_told_once_as_events_with_what_they_are_about(tmp_path):
    install(tmp_path / "told", "told")
    town = Town.open(tmp_path / "told")

    @flow(name="carrying")
    def carrying() -> tuple[str, UUID]:
        convoy = landed(town.ledger)
        with heralded(town, convoy):
            pass
        return convoy, UUID(str(flow_run.id))

    convoy, run = carrying()
    lines = [*Reader(town.ledger, {}).rest()]
    until(lambda: len(events()) >= len(lines))
    file = town.layout.state / "herald.json"
    after = Told.model_validate_json(file.read_bytes())
    assert (herald(town), after.sending) == (0, False)
    # Killed after the server took them, before that was noted: the server is asked what it has.
    file.write_text(Told(cursor=lines[1].cursor, sending=True).model_dump_json())
    assert herald(town) == 0
    make_bead(town.ledger)
    file.write_text(Told(cursor=lines[1].cursor, sending=True).model_dump_json())
    assert herald(town) == 1
    until(lambda: len(events()) > len(lines))

    told = sorted(events(), key=lambda event: event.payload["seq"])
    assert [event.payload["cursor"] for event in told[:-1]] == [line.cursor for line in lines]
    assert [event.event for event in told[1:7]] == [
        "gastown.convoy.made",
        "gastown.convoy.launched",
        "gastown.step.began",
        "gastown.step.closed",
        "gastown.merge.merged",
        "gastown.convoy.landed",
    ]
    merged = told[5]
    assert merged.occurred == lines[5].at
    related = {one.role: one.id for one in merged.related}
    assert related == {
        "town": "gastown.town.told",
        "convoy": f"gastown.convoy.{convoy}",
        "agent": f"gastown.agent.{lines[5].actor}",
        "flow-run": f"prefect.flow-run.{run}",
    }
