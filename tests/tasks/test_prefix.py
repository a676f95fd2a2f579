"""What tasks of one rig have in common stands first, byte for byte: endpoints can keep it."""

from pathlib import Path

import pytest

from gastown.beads.bead import Draft
from gastown.rigs.git import Repo
from gastown.rigs.review.coverage import Coverage
from gastown.rigs.review.inspection import Inspection
from gastown.stage import Placement, StageRequest
from gastown.town.town import Town
from tasks.defender import _task as defender
from tasks.desk import Desk
from tasks.polecat import Ground
from tasks.polecat import _task as polecat
from tasks.refinery import change_of
from tasks.reviewing import _task as refinery
from tasks.rigs import describe

AUTHOR = "ann <ann@oak>"
TOWN = """
[town]
name = "oak"
[rigs.garden]
prefix = "ga"
origin = "nowhere"
gauge = { kind = "pytest" }
"""


@pytest.fixture
def town(tmp_path) -> Town:
    (tmp_path / "town.toml").write_text(TOWN)
    return Town.open(tmp_path)


@pytest.fixture
def repo(tmp_path) -> Repo:
    folder = tmp_path / "work"
    folder.mkdir()
    repo = Repo(folder)
    repo.run("init", "--quiet")
    for name, text in (("README.md", "Plants.\n"), ("AGENTS.md", "Be kind.\n"), ("a.py", "x = 1")):
        (folder / name).write_text(text)
    repo.commit_all("begin", AUTHOR)
    (folder / "test_a.py").write_text("assert False\n")
    repo.commit_all("tests", AUTHOR)
    return repo


def desk_of(town: Town, title: str, *, reasons: tuple[str, ...] = ()) -> Desk:
    bead = town.ledger.create(Draft(title=title, description=f"{title}!", prefix="ga")).id
    request = StageRequest(
        town="oak", convoy="hq-cv-1", step=f"hq-mol-1.{title}", key=title, role="polecat",
        rig="garden", bead=bead, token=1, reasons=reasons,
        placement=Placement(where="local", reason="test"),
    )  # fmt: skip
    return Desk(town, request, Path(town.root))


def tasks_of(desk: Desk, repo: Repo) -> dict[str, str]:
    ground = Ground(repo, repo.head())
    return {
        "defender": defender(desk, repo.path, desk.bead),
        "polecat": polecat(desk, ground),
        "refinery": refinery(change_of(desk, ground), Inspection((), Coverage())),
    }


@pytest.mark.parametrize("role", ["defender", "polecat", "refinery"])
def test_beads_of_one_rig_share_all_that_is_said_of_the_rig(town, repo, role):
    first, second = desk_of(town, "prune"), desk_of(town, "water")
    rig = describe(first, repo.path)

    told = [tasks_of(desk, repo)[role] for desk in (first, second)]

    assert told[0] != told[1]
    assert all(text.startswith(f"{rig}\n\n") for text in told)


def test_the_next_attempt_at_a_bead_is_told_the_same_and_then_why_it_was_sent_back(town, repo):
    desk = desk_of(town, "prune")
    again = Desk(town, desk.request.model_copy(update={"token": 2}), desk.folder)
    back = Desk(town, desk.request.model_copy(update={"reasons": ("off by one",)}), desk.folder)

    told = tasks_of(desk, repo)["polecat"]

    assert tasks_of(again, repo)["polecat"] == told
    assert tasks_of(back, repo)["polecat"].startswith(told)


def test_a_file_more_changes_nothing_before_the_list_of_files(town, repo):
    desk = desk_of(town, "prune")
    fixed, listing, _ = describe(desk, repo.path).partition("# Material: files")
    (repo.path / "b.py").write_text("y = 2")
    repo.commit_all("more", AUTHOR)

    assert describe(desk, repo.path).startswith(fixed + listing)
    assert "Plants." in fixed
    assert "Be kind." in fixed
