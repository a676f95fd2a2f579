"""A worktree's .git file: git is started only where it is as git wrote it."""

import shutil

import pytest

from gastown.errors import GitError
from gastown.rigs.clone import clone, init
from gastown.rigs.git import Repo
from gastown.rigs.worktree import add_worktree
from tests.gastown.rigs.given import a_rig


@pytest.fixture
def rig(tmp_path):
    layout = a_rig(tmp_path)
    return layout, add_worktree(layout, layout.polecat("agate"), "work", "origin/main")


def test_an_untouched_worktree_works(rig):
    assert Repo(rig[1]).branch() == "work"


def test_a_pointer_to_a_repository_of_the_agents_own_is_refused(rig, tmp_path):
    _, path = rig
    evil = init(tmp_path / "evil")
    (evil / ".git" / "config").write_text("[core]\n\tpager = touch pwned\n")
    (path / ".git").write_text(f"gitdir: {evil / '.git'}\n")

    with pytest.raises(GitError, match="not a record of the canonical clone"):
        Repo(path).status()


def test_a_folder_in_place_of_the_pointer_is_refused(rig, tmp_path):
    _, path = rig
    (path / ".git").unlink()
    (init(tmp_path / "evil") / ".git").rename(path / ".git")

    with pytest.raises(GitError, match="no longer the file that git wrote"):
        Repo(path).status()


def test_a_link_in_place_of_the_pointer_is_refused(rig, tmp_path):
    _, path = rig
    (path / ".git").rename(tmp_path / "moved")
    (path / ".git").symlink_to(tmp_path / "moved")

    with pytest.raises(GitError, match="no longer the file"):
        Repo(path).status()


def test_the_pointer_of_another_worktree_is_refused(rig):
    layout, path = rig
    other = add_worktree(layout, layout.polecat("amber"), "other", "origin/main")
    shutil.copy(other / ".git", path / ".git")

    with pytest.raises(GitError, match="names the record of"):
        Repo(path).status()


def test_a_worktree_without_its_pointer_never_falls_back_to_a_repository_above(rig):
    layout, path = rig
    init(layout.root)  # e.g. the town's own
    (path / ".git").unlink()

    with pytest.raises(GitError, match="no longer the file"):
        Repo(path).commit_all("Into the wrong repository", "a <a@b>")


def test_a_persons_own_clone_is_left_alone(rig, tmp_path):
    layout, _ = rig
    crew = clone(str(tmp_path / "origin.git"), layout.crew("ann"))

    assert crew.branch() == "main"
