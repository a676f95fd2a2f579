"""Worktrees: the same call twice is once, and what a crash left half-made is made anew."""

import os
import shutil
import signal

import pytest

from gastown.errors import GitError
from gastown.rigs.clone import clone
from gastown.rigs.git import Repo
from gastown.rigs.worktree import (
    add_worktree,
    detached_worktree,
    is_used,
    list_worktrees,
    remove_unused,
    remove_worktree,
    snapshot,
)
from tests.gastown.rigs.given import POLECAT, a_rig, alone, at_once, write


@pytest.fixture
def rig(tmp_path):
    return a_rig(tmp_path, {"README.md": "# A rig\n", **{f"src/f{n}.py": "" for n in range(40)}})


def _add(layout, name="agate", branch="work"):
    return add_worktree(layout, layout.polecat(name), branch, "origin/main")


def test_a_new_branch_starts_at_the_given_commit(rig):
    path = _add(rig)

    repo = Repo(path)
    assert path == rig.polecat("agate")
    assert (repo.branch(), repo.head()) == ("work", Repo(rig.canonical).rev("origin/main"))
    assert [(t.path, t.branch) for t in list_worktrees(rig)] == [(path, "work")]


def test_the_same_call_again_gives_the_worktree_with_its_changes(rig):
    path = _add(rig)
    write(path, {"src/f1.py": "half done"})

    assert _add(rig) == path
    assert Repo(path).status() == ["src/f1.py"]


def test_a_branch_that_is_there_is_taken_up_again(rig):
    path = _add(rig)
    write(path, {"a": "1"})
    commit = Repo(path).commit_all("One", POLECAT)
    remove_worktree(rig, path)

    assert Repo(_add(rig, "amber")).head() == commit


def test_a_branch_that_only_origin_has_is_taken_from_there(rig, tmp_path):
    other = clone(str(tmp_path / "origin.git"), tmp_path / "other")
    write(other.path, {"t": "1"})
    other.commit_all("Elsewhere", POLECAT)
    other.push("main", "convoy/hq-1")
    Repo(rig.canonical).fetch()

    path = add_worktree(rig, rig.defender("hq-1"), "convoy/hq-1", "origin/main")

    assert Repo(path).head() == other.head()


def test_a_worktree_of_another_branch_is_not_taken_over(rig):
    _add(rig)

    with pytest.raises(GitError, match="holds work, not other; remove that worktree first"):
        _add(rig, branch="other")


def test_a_branch_that_is_at_work_elsewhere_is_refused(rig):
    _add(rig)

    with pytest.raises(GitError, match="already checked out"):
        _add(rig, "amber")
    assert not rig.polecat("amber").exists()


def test_a_folder_that_went_missing_is_made_again(rig):
    shutil.rmtree(_add(rig))

    assert Repo(_add(rig)).branch() == "work"


def test_a_folder_that_git_does_not_know_is_made_again(rig):
    write(rig.polecat("agate"), {"left": "over"})

    path = _add(rig)

    assert sorted(p.name for p in path.iterdir()) == [".git", "README.md", "src"]


def _die_in(layout, stage):
    """Begin a worktree as git does, and be killed in the middle."""
    path = _add(layout, "agate")
    record = layout.canonical / ".git" / "worktrees" / "agate"
    (record / "locked").write_text("initializing")
    if stage == "files":
        shutil.rmtree(path / "src")
    if stage == "pointer":
        shutil.rmtree(path)
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize("stage", ["pointer", "files", "unlock"])
def test_a_half_made_worktree_is_made_anew(rig, stage):
    assert alone(_die_in, rig, stage) == -signal.SIGKILL

    path = _add(rig)

    assert Repo(path).status() == []
    assert len(list((path / "src").iterdir())) == 40
    assert list_worktrees(rig)[0].locked == ""


def test_an_index_lock_of_a_dead_git_does_not_stand_in_the_way(rig):
    path = _add(rig)
    lock = Repo(path).folders()[0] / "index.lock"
    lock.touch()
    os.utime(lock, (1, 1))

    _add(rig)

    write(path, {"a": "1"})
    assert Repo(path).commit_all("One", POLECAT)


def test_a_removed_worktree_is_gone_and_its_branch_stays(rig):
    path = _add(rig)

    remove_worktree(rig, path)
    remove_worktree(rig, path)

    assert not path.exists()
    assert list_worktrees(rig) == []
    assert Repo(rig.canonical).branch_exists("work")


def test_a_removal_that_was_cut_short_is_finished_by_the_next(rig):
    path = _add(rig)
    path.rename(path.with_name(".trash-agate-1-x"))

    path = _add(rig)
    remove_worktree(rig, path)

    assert list(path.parent.iterdir()) == []


def test_a_detached_worktree_shows_the_commit_and_nothing_else(rig):
    path = detached_worktree(rig, rig.check("one"), "origin/main")
    write(path, {"src/f1.py": "dirt", "new": "dirt", ".gitignore": "cache\n", "cache/x": "dirt"})

    detached_worktree(rig, rig.check("one"), "origin/main")

    assert Repo(path).branch() == ""
    assert Repo(path).run("status", "--porcelain", "--ignored")[1] == ""


def test_a_detached_worktree_is_cleared_of_a_rebase_that_was_cut_short(rig):
    base = Repo(rig.canonical).rev("origin/main")
    path = detached_worktree(rig, rig.refinery, base)
    repo = Repo(path)
    write(path, {"a": "1"})
    one = repo.commit_all("One", POLECAT)
    repo.run("checkout", "-q", base)
    write(path, {"a": "2"})
    repo.commit_all("Two", POLECAT)
    repo.run("rebase", one, author=POLECAT, may_fail=(1,))

    detached_worktree(rig, rig.refinery, base)

    assert (repo.head(), repo.status()) == (base, [])
    assert not (repo.folders()[0] / "rebase-merge").exists()


def test_a_detached_worktree_that_cannot_be_cleaned_is_made_anew(rig):
    path = detached_worktree(rig, rig.refinery, "origin/main")
    (path / ".git").write_text("gitdir: /nowhere\n")

    assert Repo(detached_worktree(rig, rig.refinery, "origin/main")).status() == []


def _fail_in_a_snapshot(layout):
    with snapshot(layout, "scan", "origin/main") as path:
        raise KeyError(sorted(p.name for p in path.iterdir()))


def test_a_snapshot_is_gone_afterwards_also_when_the_work_failed(rig):
    with pytest.raises(KeyError, match=r"README\.md"):
        _fail_in_a_snapshot(rig)

    assert not rig.check("scan").exists()
    assert list_worktrees(rig) == []


def _come_and_go(task):
    layout, name = task
    for _ in range(2):
        remove_worktree(layout, _add(layout, name, f"b-{name}"))
    return Repo(_add(layout, name, f"b-{name}")).branch()


def test_a_snapshot_is_its_users_as_long_as_that_one_lives(rig):
    with snapshot(rig, "visit", "origin/main") as path:
        assert is_used(path)
        assert not remove_unused(rig, path)
        assert path.is_dir()
    assert not is_used(path)
    assert [left.name for left in path.parent.iterdir()] == []

    detached_worktree(rig, path, "origin/main")
    assert remove_unused(rig, path)
    assert list_worktrees(rig) == []


def test_many_may_add_and_remove_worktrees_of_one_rig(rig):
    names = ["agate", "amber", "aspen", "basil"]

    branches = at_once(_come_and_go, [(rig, name) for name in names])

    assert branches == [f"b-{name}" for name in names]
    assert len(list_worktrees(rig)) == 4
