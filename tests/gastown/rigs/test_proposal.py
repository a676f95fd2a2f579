"""A change at origin that somebody asks about."""

from pathlib import Path

import pytest

from gastown.errors import NotFoundError
from gastown.rigs.clone import clone, new_origin
from gastown.rigs.git import Repo
from gastown.rigs.proposal import proposed


@pytest.fixture
def place(tmp_path: Path) -> tuple[Repo, Repo]:
    """A clone, and its origin with a branch and a pull request."""
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "a.txt").write_text("a")
    origin = new_origin(tmp_path / "source", tmp_path / "garden.git")
    there = Repo(Path(str(origin)))
    main = there.rev("refs/heads/main")
    there.run("update-ref", "refs/heads/new/thing", main)
    there.run("update-ref", "refs/pull/7/head", main)
    return clone(str(origin), tmp_path / "here", "main"), there


def test_a_branch_or_a_pull_request_is_a_commit(place: tuple[Repo, Repo]):
    here, there = place
    main = there.rev("refs/heads/main")

    assert proposed(here, "new/thing") == main
    assert proposed(here, "pull/7") == main


def test_a_pull_request_that_moved_on_is_fetched_again(place: tuple[Repo, Repo]):
    here, there = place
    proposed(here, "pull/7")
    tree = there.ask("rev-parse", "refs/heads/main^{tree}")
    other = there.run("commit-tree", "-m", "more", tree, author="Ann <ann@example.org>")[1].strip()
    there.run("update-ref", "refs/pull/7/head", other)

    assert proposed(here, "pull/7") == other


@pytest.mark.parametrize(
    "name", ["old", "pull/8", "pull/x", "../heads/main", "--all", "new@{1}", ""]
)
def test_what_origin_has_not_is_said(place: tuple[Repo, Repo], name: str):
    with pytest.raises(NotFoundError, match="origin has no"):
        proposed(place[0], name)
