"""defender, polecat, refinery and gauger as flows: what they did is handed back and shown."""

import pytest
from prefect.client.orchestration import get_client

from flows.roles.defender import defender
from flows.roles.gauger import gauger
from flows.roles.polecat import polecat
from flows.roles.refinery import refinery
from gastown.errors import StageFailedError
from gastown.town.edit import edit, put_rig
from tests.tasks.test_alone import (
    DEFEND,
    FILES,
    SNAP,
    TEST,
    WISH,
    WORK,
    at,
    branches,
    checkout,
    said,
    town_of,
    wrote,
)

pytestmark = [pytest.mark.engine, pytest.mark.slow]


def artifacts() -> dict[str, str]:
    """The newest page of each key."""
    with get_client(sync_client=True) as client:
        found = sorted(client.read_artifacts(), key=lambda one: str(one.created))
    return {str(one.key): str(one.data) for one in found}


def ended(name: str) -> list[str]:
    """How the flow runs of that name ended."""
    with get_client(sync_client=True) as client:
        return [str(one.state_name) for one in client.read_flow_runs() if one.name == name]


def test_a_defender_hands_red_tests_to_a_polecat_who_makes_them_green(tmp_path):
    with town_of(tmp_path, {**DEFEND, **WORK}) as town:
        tests = defender(str(town.root), "garden", (WISH,))
        work = polecat(str(town.root), "garden", "Add snap", ref=tests.branch)

    origin = tmp_path / "garden.git"
    assert branches(origin) == sorted([tests.branch, work.branch])
    assert at(origin, tests.branch, "tests/test_snap.py") == TEST
    assert at(origin, work.branch, "beat.py").endswith(SNAP)
    assert work.tests.startswith("2 passed")
    pages = artifacts()
    assert "tests.test_snap waits for snap" in pages["defender-garden"]
    assert f"`{tests.branch}`" in pages["defender-garden"]
    assert "+def snap(beat):" in pages["polecat-garden"]
    assert ended("defend garden") == ["Completed"]


def test_a_run_whose_tests_are_green_already_fails_and_leaves_no_branch(tmp_path):
    wish = "It beats"
    green = wrote("tests/test_more.py", FILES["tests/test_beat.py"])
    with town_of(tmp_path, {("defender", f"defend: {wish}"): (green,)}) as town:
        mine = checkout(tmp_path)
        with pytest.raises(StageFailedError):
            defender(str(town.root), str(mine.path), (wish,))

    assert branches(mine.path) == []
    assert ended("defend " + str(mine.path)) == ["Failed"]


def test_a_review_is_shown_with_what_it_says_of_each_criterion(tmp_path):
    judged = {"number": 1, "met": "yes", "evidence": "snap() rounds."}
    turns = {("refinery", "review work"): (said("approve", criteria=[judged]),)}
    with town_of(tmp_path, turns) as town:
        mine = checkout(tmp_path)
        mine.run("checkout", "-q", "-b", "work")
        (mine.path / "beat.py").write_text(FILES["beat.py"] + SNAP)
        mine.commit_all("Add snap", "ann <ann@example.org>")
        head = mine.head()

        handed = refinery(str(town.root), str(mine.path), "work", criteria=("It snaps",))

    assert (handed.verdict, mine.head(), branches(mine.path)) == ("approve", head, [])
    page = artifacts()["refinery-mine"]
    assert "| It snaps | yes | snap() rounds. |" in page
    assert "1 of 2 changed lines run by tests" in page
    assert ended(f"review work of {mine.path}") == ["Completed"]


def test_a_rig_is_gauged_and_each_build_is_shown_with_its_log(tmp_path):
    with town_of(tmp_path, {}) as town:
        page = {"build": ["cp", "{worktree}/README.md", "{out}"], "capture": ["true"]}
        table = town.config.rig("garden").model_dump(mode="json", exclude_unset=True)
        edit(town.layout.config, put_rig("garden", {**table, "assemblies": {"page": page}}))
        result = gauger(str(town.root), "garden")

    assert result.good
    shown = artifacts()
    assert "1 passed" in shown["gauger-alone-garden"]
    assert "/builds/alone/garden/page/product" in shown["gauger-alone-garden-page"]
    assert "/builds/alone/garden/page/build.log" in shown["gauger-alone-garden-page-log"]
