"""A shadow's requests are paid for like any other, and one that cannot be is not asked."""

import json
from pathlib import Path

import pytest

from gastown.agents.protocols import Job, Limits, Outcome
from gastown.money.amount import MICRO
from gastown.rehearsal.faults import parse_faults
from gastown.rehearsal.pace import UNPACED
from gastown.rehearsal.script import Script
from gastown.rehearsal.server import RehearsalServer
from gastown.rehearsal.turn import Turn
from gastown.stage import Placement, StageRequest
from gastown.town.town import Town
from tasks.metering import open_meter, spend_of
from tasks.runtimes import runtime_of

SAID = Turn('{"kind": "fix", "summary": "x is 2"}')
SCRIPT = Script({("polecat", "ga-1", 1): (SAID,) * 4})
ONE_TURN = "turns: 1 of 1"
PRICED = "input_usd = 1\noutput_usd = 2"


@pytest.fixture
def make(tmp_path: Path):
    """Makes a town whose `near` is free and whose shadow `far` runs in a cloud."""

    def made(server: RehearsalServer, prices: str = PRICED, more: str = "") -> Town:
        (tmp_path / "town.toml").write_text(
            f"""
            [town]
            name = "oak"
            {more}
            [models.near]
            endpoint = "{server.url}"
            shadow = "far"
            [models.far]
            endpoint = "{server.url}"
            where = "cloud"
            {prices}
            """
        )
        return Town.open(tmp_path)

    return made


def session(town: Town) -> Outcome:
    request = StageRequest(
        town="oak", convoy="hq-cv-1", step="hq-mol-1.2", key="polecat[ga-1]", role="polecat",
        token=1, model="near", placement=Placement(where="local", reason="test"),
    )  # fmt: skip
    job = Job(
        "polecat", "You are a polecat.", "Make x 2.", Limits(turns=1),
        session={"role": "polecat", "bead": "ga-1", "round": "1"},
    )  # fmt: skip
    meter = open_meter(town, request, "near")

    def once() -> Outcome:
        with runtime_of(town, "polecat", "near", town.root, meter) as runtime:
            return runtime.run(job)

    once()
    return once()  # sessions of one attempt share its meter


def told(town: Town) -> list[dict[str, object]]:
    return [json.loads(line) for line in (town.root / "shadow.jsonl").read_text().splitlines()]


def test_what_a_shadow_is_asked_is_put_down_as_its_own(make):
    with RehearsalServer(SCRIPT, pace=UNPACED) as server:
        town = make(server)
        outcome = session(town)

    assert outcome.error == ONE_TURN
    asked = [one for one in spend_of(town).entries() if one.who.model == "far"]
    assert [(one.end, one.who.rule) for one in asked] == [("settled", "shadow of near")] * 2
    assert all(one.micro_usd > 0 for one in asked)
    assert [("error" in line) for line in told(town)] == [False, False]
    assert spend_of(town).open() == []


def test_a_shadow_for_which_no_budget_has_room_is_not_asked_and_hurts_nobody(make):
    with RehearsalServer(SCRIPT, pace=UNPACED) as server:
        town = make(server, more=f"[budget]\nday_usd = {10 / MICRO:f}")
        outcome = session(town)
        asked = len(server.served)

    assert outcome.error == ONE_TURN
    assert all("budget day: needs $" in str(line["error"]) for line in told(town))
    assert asked == 2


def test_a_shadow_without_a_price_is_not_asked(make):
    with RehearsalServer(SCRIPT, pace=UNPACED) as server:
        town = make(server, prices="")
        outcome = session(town)

    assert outcome.error == ONE_TURN
    assert all("has no price" in str(line["error"]) for line in told(town))


def test_each_try_at_a_request_is_an_entry_of_its_own(make):
    with RehearsalServer(SCRIPT, pace=UNPACED, faults=parse_faults("cut*1")) as server:
        town = make(server, prices="", more="")
        (town.root / "town.toml").write_text(
            (town.root / "town.toml").read_text().replace('shadow = "far"', PRICED)
        )
        town = Town.open(town.root)
        session(town)
        asked = len(server.served)

    assert [one.end for one in spend_of(town).entries()] == ["settled"] * asked
    assert asked == 3
