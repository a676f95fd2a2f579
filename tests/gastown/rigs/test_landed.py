"""landed_as: work that the target has is recognised, work that it lacks never."""

import pytest

from gastown.rigs.git import Repo
from gastown.rigs.landed import landed_as
from tests.gastown.rigs.given import POLECAT, a_rig, write

START = {"a.py": "".join(f"line {n}\n" for n in range(20))}


@pytest.fixture
def repo(tmp_path):
    return Repo(a_rig(tmp_path, START).canonical)


def _commit(repo, branch, text, bead, name="a.py"):
    if repo.branch() != branch:
        repo.run("checkout", "-q", *([] if repo.branch_exists(branch) else ["-b"]), branch)
    write(repo.path, {name: text})
    return repo.commit_all(f"Do it\n\nBead: {bead}", POLECAT)


def test_an_ancestor_is_there(repo):
    tip = repo.head()
    _commit(repo, "main", "x\n", "sk-2", "b.py")

    assert landed_as(repo, tip, "main", "sk-1") == tip


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
