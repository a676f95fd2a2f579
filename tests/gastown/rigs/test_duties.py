"""Steps of a formula on one branch: each starts at its tip, and joins it or is done anew."""

from pathlib import Path

import pytest

from gastown.founding.install import install
from gastown.founding.rig import add_rig
from gastown.rigs.clone import new_origin
from gastown.rigs.duties import Duty
from gastown.rigs.git import Repo
from gastown.rigs.rebase import Conflict
from gastown.rigs.traces import formula_branch, hand_over, sweep
from gastown.town.layout import RigLayout
from gastown.town.town import Town

ANN = "Ann <ann@example.org>"
SAID = {"summary": "done", "output": {"größe": 1}}


@pytest.fixture
def layout(tmp_path: Path) -> RigLayout:
    (tmp_path / "source" / "tests").mkdir(parents=True)
    (tmp_path / "source" / "tests" / "test_a.py").write_text("def test_a(): pass\n")
    origin = new_origin(tmp_path / "source", tmp_path / "garden.git")
    install(tmp_path / "oak", "oak")
    add_rig(Town.open(tmp_path / "oak"), "garden", str(origin))
    return Town.open(tmp_path / "oak").layout.rig("garden")


def duty(layout: RigLayout, number: int, turn: int = 1) -> Duty:
    return Duty(layout, "hq-cv-1", f"hq-mol-1.{number}", turn, "origin/main")


def worked(place: Duty, text: str, file: str = "rose.py") -> Repo:
    repo = place.open()
    (repo.path / file).write_text(text)
    place.commit(repo, "Plant", "polecat", ANN, SAID)
    return repo


def files(layout: RigLayout) -> list[str]:
    return Repo(layout.canonical).files(formula_branch("hq-cv-1"))


def test_each_step_starts_where_the_last_one_ended(layout):
    first = duty(layout, 1)
    first.join(worked(first, "rose\n"), ANN)
    second = duty(layout, 2)
    assert (second.open().path / "rose.py").is_file()


def test_steps_side_by_side_both_reach_the_branch(layout):
    first, second = duty(layout, 1), duty(layout, 2)
    one, two = worked(first, "rose\n"), worked(second, "lily\n", "lily.py")
    first.join(one, ANN)
    second.join(two, ANN)
    assert {"rose.py", "lily.py"} <= set(files(layout))


def test_what_conflicts_is_put_back_to_the_tip_to_be_done_again(layout):
    first, second = duty(layout, 1), duty(layout, 2)
    one, two = worked(first, "rose\n"), worked(second, "lily\n")
    first.join(one, ANN)
    clash = second.join(two, ANN)
    assert isinstance(clash, Conflict)
    assert clash.files == ("rose.py",)
    assert (second.open().path / "rose.py").read_text() == "rose\n"
    assert second.said(second.open(), "HEAD") is None


def test_a_commit_tells_what_its_step_reported_before_it_joined_and_after(layout):
    place = duty(layout, 1)
    repo = worked(place, "rose\n")
    assert place.said(repo, "HEAD") == SAID
    place.join(repo, ANN)
    assert place.said(Repo(layout.canonical), place.tip) == SAID
    assert duty(layout, 1, turn=2).said(Repo(layout.canonical), place.tip) is None


def test_what_a_killed_session_left_lies_where_the_next_one_looks(layout):
    (duty(layout, 1).open().path / "half.py").write_text("half\n")
    assert (duty(layout, 1).open().path / "half.py").is_file()


def test_nothing_stays_when_the_work_is_on_main_or_given_up(layout):
    place = duty(layout, 1)
    place.join(worked(place, "rose\n"), ANN)
    duty(layout, 2).open()
    repo = Repo(layout.canonical)
    assert hand_over(layout, "hq-cv-1", "origin/main") == formula_branch("hq-cv-1")
    assert repo.find("refs/remotes/origin/formula/hq-cv-1") is not None

    removed = sweep(layout, "hq-cv-1", ())

    assert any("duty-hq-cv-1-2" in line for line in removed)
    refs = repo.ask("for-each-ref", "--format=%(refname:short)", "refs/heads").split()
    assert refs == ["main"]
