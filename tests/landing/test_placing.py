"""A convoy on a PC too slow for its target: what may travel bursts, and comes back judged."""

import json

import pytest

from deployments.down import down
from deployments.up import up
from flows.launch import launch, wait
from gastown.cli.demo.world import found, furnish
from gastown.convoys.board import board
from gastown.convoys.convoy import create_convoy
from gastown.convoys.molecule import find_molecule, recorded
from gastown.rigs.git import Repo
from gastown.rigs.remote import listed
from gastown.town.edit import edit
from gastown.town.town import Town
from tasks.metering import spend_of
from tests.landing.towns import rehearsed, silent
from tests.tasks.elsewhere import allow_burst, git_daemon

pytestmark = [pytest.mark.engine, pytest.mark.slow]

SLOW = {"tps": 1, "source": "test"}
FAST = {"tps": 10_000, "source": "test"}
TRAVEL = {"defender", "polecat", "refinery", "librarian"}


def hybrid(town: Town, url: str) -> Town:
    """Every role may use a slow model of this machine or a quick one of a cloud; none may wait."""

    def change(document) -> None:
        common = {"endpoint": url, "vision": True}
        document["models"]["near"] = {**common, "where": "local", "speed": SLOW}
        far = {**common, "where": "cloud", "input_usd": 0.1, "output_usd": 0.4, "speed": FAST}
        document["models"]["far"] = far
        roles = TRAVEL | {"watchdog", "gauger", "spotter", "mayor", "crew"}
        rows = {role: {"local": "near", "burst": "far"} for role in sorted(roles)}
        document["profiles"] = {"hurry": {"stretch": 0, **rows, "mayor": {"burst": "far"}}}
        document["seats"] = {"profile": "hurry"}
        document["budget"] = {"day_usd": 5}

    edit(town.root / "town.toml", change)
    return Town.open(town.root)


@pytest.fixture(scope="module")
def landed(tmp_path_factory):
    """The town, its convoy of one bead after it landed, and the rig's origin."""
    folder = tmp_path_factory.mktemp("hybrid")
    with rehearsed(folder) as (url, names), git_daemon(folder) as address:
        world = furnish(found(folder, "rehearsal", {"endpoint": url}), folder)
        names.write_text(json.dumps(dict(world.slugs)), encoding="utf-8")
        town = hybrid(allow_burst(world.town, f"{address}/origins"), url)
        town.ledger.close(world.convoy, "split up")
        (bead,) = [one for one, slug in world.slugs.items() if slug == "beat-grid"]
        convoy = create_convoy(town.ledger, town.config, "hurry", [bead]).id
        up(town, silent)
        try:
            state = wait(town, launch(town, convoy).run)
            assert state.is_completed(), state.message
            yield town, convoy, Repo(folder / "origins" / "beatlane.git")
        finally:
            down(town.layout, silent)


@pytest.fixture(scope="module")
def evidence(landed):
    """What is on record of each step, by role."""
    town, convoy, _ = landed
    molecule = find_molecule(town.ledger, convoy)
    assert molecule is not None
    steps = molecule.plan.steps
    beads = {one.role: town.ledger.show(molecule.beads[one.key]) for one in steps}
    return {role: recorded(bead).evidence for role, bead in beads.items()}


def test_stages_that_travel_were_done_by_a_worker_elsewhere_and_say_why(evidence):
    for role in TRAVEL:
        assert evidence[role]["where"] == "cloud", role
        assert evidence[role]["worker"], role
        assert "local would miss the target by" in evidence[role]["because"], role


def test_stages_that_stay_use_the_clouds_model_here_and_say_why(evidence):
    assert evidence["watchdog"]["where"] == "cloud"
    assert "its report is private" in evidence["watchdog"]["stayed"]


def test_the_work_is_on_main_and_no_branch_of_a_burst_is_left(landed):
    town, convoy, origin = landed
    assert board(town.ledger, convoy).closed == board(town.ledger, convoy).total
    assert listed(origin, str(origin.path), "burst") == {}


def test_what_the_cloud_took_is_on_record_and_nothing_stays_reserved(landed):
    spend = spend_of(landed[0])
    assert spend.open() == []
    paid = {entry.who.role for entry in spend.entries() if entry.micro_usd}
    assert paid >= TRAVEL
