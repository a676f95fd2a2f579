"""clash: two lines in one commit, conflicts as git marks them."""

import pytest

from gastown.errors import GitError
from gastown.rigs.clash import marked, merge_as_it_is
from gastown.rigs.git import Repo
from gastown.rigs.worktree import add_worktree
from tests.gastown.rigs.given import POLECAT, a_rig, write

OWN = "Meet\n\nBead: ga-1"


@pytest.fixture
def repo(tmp_path):
    layout = a_rig(tmp_path, {"a.py": "a = 1\n", "b.py": "b = 1\n"})
    return Repo(add_worktree(layout, layout.polecat("agate"), "work", "origin/main"))


def side(repo, base, files):
    repo.run("checkout", "--quiet", "--detach", base)
    write(repo.path, files)
    made = repo.commit_all("Side", POLECAT)
    repo.run("checkout", "--quiet", "work")
    return made


def test_what_clashes_is_committed_with_its_markers_and_both_parents(repo):
    theirs = side(repo, repo.head(), {"a.py": "a = 2\n", "c.py": "c = 1\n"})
    write(repo.path, {"a.py": "a = 3\n"})
    ours = repo.commit_all("Ours", POLECAT)

    assert merge_as_it_is(repo, theirs, OWN, POLECAT) == ("a.py",)

    assert repo.ask("log", "-1", "--format=%P").split() == [ours, theirs]
    assert repo.status() == []
    assert marked(repo) == marked(repo, "HEAD") == {"a.py"}
    assert marked(repo, ours) == set()
    assert repo.show_file("HEAD", "c.py") == "c = 1\n"
    assert dict(repo.log("HEAD^!")[0].trailers)["bead"] == "ga-1"


def test_there_is_a_commit_where_nothing_clashes_and_where_nothing_is_to_be_merged(repo):
    start = repo.head()
    theirs = side(repo, start, {"b.py": "b = 2\n"})

    assert merge_as_it_is(repo, theirs, OWN, POLECAT) == ()
    met = repo.head()
    assert merge_as_it_is(repo, theirs, OWN, POLECAT) == ()

    assert repo.ask("log", "-1", "--format=%P", met).split() == [start, theirs]
    assert repo.rev("HEAD^") == met
    assert repo.changed_files(met) == []


def test_one_that_was_cut_short_is_done_anew(repo):
    theirs = side(repo, repo.head(), {"a.py": "a = 2\n"})
    write(repo.path, {"a.py": "a = 3\n"})
    ours = repo.commit_all("Ours", POLECAT)
    repo.run("merge", "--no-commit", theirs, author=POLECAT, may_fail=(1,))
    write(repo.path, {"a.py": "half\n", "left.py": "left = 1\n"})

    assert merge_as_it_is(repo, theirs, OWN, POLECAT) == ("a.py",)

    assert repo.ask("log", "-1", "--format=%P").split() == [ours, theirs]
    assert repo.show_file("HEAD", "left.py") is None


def test_histories_with_nothing_in_common_are_an_error_that_changes_nothing(repo):
    tree = repo.ask("rev-parse", "HEAD^{tree}")
    alone = repo.run("commit-tree", tree, "-m", "Alone", author=POLECAT)[1].strip()
    before = repo.head()

    with pytest.raises(GitError):
        merge_as_it_is(repo, alone, OWN, POLECAT)

    assert (repo.head(), repo.status()) == (before, [])
