"""Stages done elsewhere: the convoy lands as if they had been done here, and lies are found out."""

import json

import pytest

from flows.convoy import prepare
from gastown.cli.demo.world import found, furnish
from gastown.convoys.convoy import create_convoy
from gastown.convoys.course import Course
from gastown.convoys.molecule import marks
from gastown.rigs.git import Repo
from gastown.rigs.remote import listed
from gastown.stage import Placement, StageResult
from gastown.town.town import Town
from tasks.away import away
from tasks.land import land
from tasks.stages import STAGES
from tasks.step import Attempt, run_step
from tests.landing.towns import rehearsed
from tests.tasks.elsewhere import Elsewhere, allow_burst, git_daemon

pytestmark = pytest.mark.slow

CLOUD = {"vision": True, "where": "cloud", "input_usd": 0.1, "output_usd": 0.4}
THERE = Placement(where="cloud", reason="a test says so")


@pytest.fixture(scope="module")
def make_town(tmp_path_factory):
    """Makes towns with a convoy of one bead; they share a rehearsal and a git daemon."""
    folder = tmp_path_factory.mktemp("away")
    with rehearsed(folder) as (url, names), git_daemon(folder) as address:
        slugs: dict[str, str] = {}

        def make(name: str, slug: str) -> tuple[Town, str]:
            place = folder / name
            place.mkdir()
            world = furnish(found(place, "rehearsal", CLOUD | {"endpoint": url}), place)
            slugs.update(world.slugs)
            names.write_text(json.dumps(slugs), encoding="utf-8")
            town = allow_burst(world.town, f"{address}/{name}/origins")
            town.ledger.close(world.convoy, "split up")
            (bead,) = [one for one, known in world.slugs.items() if known == slug]
            return town, create_convoy(town.ledger, town.config, "test", [bead]).id

        yield make


def drive(town, convoy, carry, *, last=""):
    """Run every step, sent away; the results by key, up to the step named `last`."""
    molecule = prepare(town, convoy, "convoy", {})
    course = Course(molecule.plan, marks(town.ledger, molecule), rounds=3)
    results: dict[str, list[StageResult]] = {}
    while ready := course.ready():
        step = ready[0]
        mark = course.mark(step.key)
        course.start(step.key)
        attempt = Attempt(step, mark.round, mark.reasons, THERE)
        result = run_step(town, molecule, attempt, away(STAGES[step.role], carry))
        results.setdefault(step.role, []).append(result)
        if step.role == last:
            break
        if result.verdict == "rework":
            course.rework(step.key, result.reasons)
        else:
            course.close(step.key)
    return molecule, results


def test_a_convoy_lands_whose_stages_were_all_sent_away(make_town):
    town, convoy = make_town("whole", "beat-grid")
    elsewhere = Elsewhere()

    molecule, results = drive(town, convoy, elsewhere)
    landing = land(town, molecule)

    assert landing.convoy == convoy
    log = Repo(town.root.parent / "origins" / "beatlane.git").log("main")
    stages = [dict(one.trailers).get("stage", "") for one in log]
    assert stages[1:5] == [f"librarian {convoy}", "polecat 2", "polecat 1", "defender 1"]
    travelled = {
        role: [bool(r.evidence.get("worker")) for r in all_of] for role, all_of in results.items()
    }
    assert travelled == {
        "defender": [True],
        "polecat": [True, True],
        "refinery": [True, True],
        "librarian": [True],
        "watchdog": [False],
        "gauger": [False],
    }
    assert len(elsewhere.asked) == len(set(elsewhere.asked)) == 6
    assert [r.verdict for r in results["refinery"]] == ["rework", "done"]
    assert "private" in results["watchdog"][0].evidence["stayed"]
    assert all(r.usage.requests and r.model == "rehearsal" for r in results["polecat"])
    assert "waits for" in str(results["defender"][0].evidence["tests"])
    remote = town.config.burst.remotes["beatlane"]
    assert listed(Repo(town.layout.rig("beatlane").canonical), remote, "burst/*") == {}
