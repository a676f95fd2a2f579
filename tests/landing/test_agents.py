"""A convoy whose Defender and Polecat are command-line agents lands as any other."""

import json
from typing import Any

import pytest

from flows.launch import launch, wait
from gastown.agents.jail import find_jail
from gastown.convoys.molecule import find_molecule
from gastown.errors import JailError
from gastown.town.edit import edit
from tasks.metering import spend_of

pytestmark = [pytest.mark.engine, pytest.mark.slow]


def work_as_agents(document) -> None:
    document["agents"] = {"rehearsal": {"roles": ["defender", "polecat"]}}


@pytest.fixture(scope="module")
def convoy(grounds):
    try:
        find_jail("bwrap")
    except JailError as error:
        pytest.skip(str(error))
    edit(grounds.town.root / "town.toml", work_as_agents)
    convoy = grounds.convoy("accuracy-bar", "combo-bonus", "grade")
    state = wait(grounds.town, launch(grounds.town, convoy).run)
    assert state.is_completed(), state.message
    return convoy


@pytest.fixture(scope="module")
def landed(grounds, convoy):
    return grounds


def sessions(town, role: str) -> list[list[dict[str, Any]]]:
    files = (town.layout.state / "sessions").glob("*/*/session-*.jsonl")
    told = [[json.loads(line) for line in file.read_text().splitlines()] for file in files]
    return [events for events in told if events[0]["role"] == role]


def test_each_bead_is_on_main(landed):
    for slug in ("accuracy-bar", "combo-bonus", "grade"):
        found = landed.main("scorekeeper").find_trailer("Bead", landed.bead(slug), "origin/main")
        assert found is not None


@pytest.mark.parametrize("role", ["defender", "polecat"])
def test_the_agents_worked_in_the_jail_and_code_judged_each_of_them(landed, role):
    found = sessions(landed.town, role)
    assert len(found) == 3
    for events in found:
        assert events[0]["agent"] == "rehearsal"
        assert all(run["jail"].startswith("bwrap") for run in events if run["event"] == "run")
        assert [event["ok"] for event in events if event["event"] == "check"][-1]


def test_a_polecat_that_was_red_was_started_again_with_what_is_red(landed):
    runs = [
        sum(event["event"] == "run" for event in one) for one in sessions(landed.town, "polecat")
    ]
    assert sorted(runs) == [1, 1, 2]


def test_what_the_agents_used_is_on_the_steps(landed, convoy):
    molecule = find_molecule(landed.town.ledger, convoy)
    assert molecule is not None
    steps = [molecule.beads[step.key] for step in molecule.plan.steps if step.role == "polecat"]
    done = [landed.town.ledger.show(bead).metadata["evidence"] for bead in steps]
    assert len(done) == 3
    assert all(one["usage"]["requests"] and one["usage"]["input_tokens"] for one in done)
    assert {one["evidence"]["agent"] for one in done} == {"rehearsal"}
    told = [entry for entry in spend_of(landed.town).entries() if entry.who.role == "polecat"]
    assert len(told) == sum(one["usage"]["requests"] for one in done)  # each request by itself


def test_the_other_roles_worked_natively(landed):
    assert all("agent" not in events[0] for events in sessions(landed.town, "refinery"))
