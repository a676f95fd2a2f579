"""A convoy whose stage failed is mended and retried as a person does it in Prefect's UI."""

import datetime as dt

import pytest
from prefect.client.orchestration import get_client
from prefect.states import AwaitingRetry

from blocks.engine import connected
from flows.launch import launch, wait
from gastown.town.edit import edit, put_model, set_seat
from tests.landing.towns import claims, steps

pytestmark = [pytest.mark.engine, pytest.mark.slow]


def seat_watchdog(town, model):
    edit(town.root / "town.toml", set_seat("watchdog", model))


def retry(grounds, run):
    """What the UI's Retry sends."""
    with connected(grounds.town.layout, grounds.url), get_client(sync_client=True) as client:
        again = AwaitingRetry(scheduled_time=dt.datetime.now(dt.UTC))
        client.set_flow_run_state(run, again, force=True)


def roles(keys):
    """Which steps of the formula they are: `work[sk-1a2]` is `work`."""
    return {key.partition("[")[0] for key in keys}


def test_siblings_of_a_failed_stage_finish_and_retry_runs_only_what_had_not_closed(grounds):
    town = grounds.town
    edit(town.root / "town.toml", put_model("absent", {"endpoint": "http://127.0.0.1:9/v1"}))
    seat_watchdog(town, "absent")
    convoy = grounds.convoy("combo-bonus", "grade", "accuracy-bar")

    started = launch(town, convoy)
    state = wait(town, started.run)

    assert state.is_failed()
    assert "watchdog" in (state.message or "")
    assert "Retry" in (state.message or "")
    assert roles(steps(town, convoy, "closed")) == {"defend", "work", "refine", "document"}
    still_open = steps(town, convoy, "open")
    before = max(event.seq for event in town.ledger.events())

    seat_watchdog(town, "rehearsal")
    retry(grounds, started.run)
    state = wait(town, started.run)

    assert state.is_completed(), state.message
    assert set(claims(town, convoy, before)) == still_open
    assert len(claims(town, convoy, before)) == len(still_open)
    assert town.ledger.show(convoy).status == "closed"
