"""landed_as: work that the target has is recognised, work that it lacks never."""

import pytest

from gastown.rigs.git import Repo
from gastown.rigs.landed import landed_as
from tests.gastown.rigs.given import POLECAT, a_rig, write

START = {"a.py": "".join(f"line {n}\n" for n in range(20))}


@pytest.fixture
def repo(tmp_path):
    return Repo(a_rig(tmp_path, START).canonical)


def _commit(repo, branch, text, bead, name="a.py", stage="polecat 1"):
    if repo.branch() != branch:
        repo.run("checkout", "-q", *([] if repo.branch_exists(branch) else ["-b"]), branch)
    write(repo.path, {name: text})
    return repo.commit_all(f"Do it\n\nBead: {bead}\nStage: {stage}", POLECAT)


def _tests(repo, branch, bead, text="assert 1\n"):
    return _commit(repo, branch, text, bead, f"tests/{bead}.py", "defender 1")


def test_a_bead_whose_commits_are_there_under_their_own_ids_has_landed(repo):
    _tests(repo, "work", "sk-1")
    tip = _commit(repo, "work", "x\n", "sk-1")
    repo.run("checkout", "-q", "main")
    repo.run("merge", "-q", "--ff-only", "work")
    assert landed_as(repo, tip, "main", "sk-1") == tip
    _commit(repo, "main", "x\n", "sk-2", "b.py")

    assert landed_as(repo, tip, "main", "sk-1") == tip


def test_a_branch_with_nothing_of_the_bead_has_not_landed(repo):
    tip = repo.head()
    assert landed_as(repo, tip, "main", "sk-1") is None
    _commit(repo, "main", "x\n", "sk-2", "b.py")

    assert landed_as(repo, tip, "main", "sk-1") is None
    assert landed_as(repo, repo.head(), "main", "sk-1") is None


def test_a_branch_that_was_made_anew_after_the_bead_landed_once_has_not_landed_again(repo):
    _commit(repo, "main", "x\n", "sk-1")
    tip = _commit(repo, "main", "y\n", "sk-2")

    assert landed_as(repo, tip, "main", "sk-1") is None
    new = _tests(repo, "work", "sk-1")
    assert landed_as(repo, new, "main", "sk-1") is None


def test_tests_alone_have_not_landed(repo):
    start = repo.head()
    tip = _tests(repo, "work", "sk-1")
    assert landed_as(repo, tip, "main", "sk-1") is None
    repo.run("checkout", "-q", "main")
    repo.run("merge", "-q", "--ff-only", "work")
    assert landed_as(repo, tip, "main", "sk-1") is None
    repo.run("checkout", "-q", "-b", "target", start)
    _commit(repo, "target", "z\n", "sk-2", "z.py")
    _tests(repo, "target", "sk-1")

    assert landed_as(repo, tip, "target", "sk-1") is None


@pytest.mark.parametrize("picked", [True, False], ids=["other ids", "their own ids"])
def test_tests_alone_have_landed_with_the_polecats_work(repo, picked):
    start = repo.head()
    tip = _tests(repo, "work", "sk-1")
    repo.run("checkout", "-q", "-b", "target", start if picked else tip)
    if picked:
        _commit(repo, "target", "z\n", "sk-2", "z.py")
        _tests(repo, "target", "sk-1")
    there = _commit(repo, "target", "x\n", "sk-1")
    _commit(repo, "target", "y\n", "sk-2", "z.py")

    assert landed_as(repo, tip, "target", "sk-1") == there


def test_tests_that_the_target_lacks_keep_older_work_from_counting(repo):
    tip = _tests(repo, "work", "sk-1", "assert 2\n")
    repo.run("checkout", "-q", "main")
    _tests(repo, "main", "sk-1")
    _commit(repo, "main", "x\n", "sk-1")

    assert landed_as(repo, tip, "main", "sk-1") is None


def test_a_refinerys_improvement_is_the_newest_work(repo):
    tip = _commit(repo, "work", "x\n", "sk-1")
    repo.run("checkout", "-q", "main")
    _commit(repo, "main", "z\n", "sk-2", "z.py")
    _commit(repo, "main", "x\n", "sk-1")
    newest = _commit(repo, "main", "x  # better\n", "sk-1", stage="refinery 1")

    assert landed_as(repo, tip, "main", "sk-1") == newest


def test_a_rebased_commit_is_recognised_where_its_surroundings_changed(repo):
    base = START["a.py"]
    tip = _commit(repo, "work", base.replace("line 9\n", "line 9\nadded\n"), "sk-1")
    repo.run("checkout", "-q", "main")
    moved = "top\n" + base.replace("line 8\n", "line eight\n")
    _commit(repo, "main", moved, "sk-2")
    there = _commit(repo, "main", moved.replace("line 9\n", "line 9\nadded\n"), "sk-1")
    _commit(repo, "main", "all new\n", "sk-3")

    assert landed_as(repo, tip, "main", "sk-1") == there


def test_the_same_change_for_another_bead_is_not_ours(repo):
    base = repo.head()
    tip = _commit(repo, "work", "x\n", "sk-1")
    repo.run("checkout", "-q", "-b", "target", base)
    _commit(repo, "target", "x\n", "sk-2")

    assert landed_as(repo, tip, "target", "sk-1") is None


def test_more_work_on_a_bead_that_landed_is_not_there_yet(repo):
    _commit(repo, "work", "x\n", "sk-1")
    tip = _commit(repo, "work", "x\ny\n", "sk-1")
    repo.run("checkout", "-q", "main")
    _commit(repo, "main", "z\n", "sk-2", "z.py")
    _commit(repo, "main", "x\n", "sk-1")

    assert landed_as(repo, tip, "main", "sk-1") is None


def test_all_commits_of_a_bead_are_found_and_the_newest_named(repo):
    _commit(repo, "work", "t\n", "sk-1", "t.py")
    tip = _commit(repo, "work", "x\n", "sk-1")
    repo.run("checkout", "-q", "main")
    _commit(repo, "main", "z\n", "sk-2", "z.py")
    _commit(repo, "main", "t\n", "sk-1", "t.py")
    newest = _commit(repo, "main", "x\n", "sk-1")

    assert landed_as(repo, tip, "main", "sk-1") == newest
