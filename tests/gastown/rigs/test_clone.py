"""Clones, origins and private repositories: whole or not at all, by many at once."""

import threading

import pytest

from gastown.errors import GitError
from gastown.rigs.clone import clone, commit_report, follow, init, new_origin, update
from gastown.rigs.git import Repo
from tests.gastown.rigs.given import POLECAT, a_rig, at_once, write


def test_an_origin_holds_the_folder_in_one_commit(tmp_path):
    write(tmp_path / "source", {"a": "1", "b/c": "2"})

    bare = new_origin(tmp_path / "source", tmp_path / "deep" / "origin.git")

    assert Repo(bare).files("main") == ["a", "b/c"]
    assert len(Repo(bare).log("main")) == 1


def test_a_clone_is_on_the_branch_asked_for_or_on_origins_own(tmp_path):
    layout = a_rig(tmp_path)
    Repo(layout.canonical).push("HEAD", "next")
    bare = str(tmp_path / "origin.git")

    assert clone(bare, layout.crew("ann")).branch() == "main"
    assert clone(bare, layout.crew("ben"), "next").branch() == "next"


@pytest.mark.parametrize(
    ("origin", "branch", "why"),
    [
        ("nowhere.git", "", "does not exist|does not appear"),
        ("empty.git", "", "has no commit yet"),
        ("origin.git", "nope", "Remote branch nope not found"),
        ("--upload-pack=touch x", "", "does not exist|strange pathname"),
    ],
)
def test_a_clone_that_fails_leaves_nothing(tmp_path, origin, branch, why):
    a_rig(tmp_path)
    Repo(tmp_path).run("init", "--quiet", "--bare", str(tmp_path / "empty.git"))
    source = origin if origin.startswith("-") else str(tmp_path / origin)

    with pytest.raises(GitError, match=why):
        clone(source, tmp_path / "into" / "here", branch)
    assert list((tmp_path / "into").iterdir()) == []


def test_a_clone_never_goes_into_what_is_there(tmp_path):
    a_rig(tmp_path)
    write(tmp_path / "mine", {"notes": "x"})

    with pytest.raises(GitError, match="exists already"):
        clone(str(tmp_path / "origin.git"), tmp_path / "mine")
    assert (tmp_path / "mine" / "notes").read_text() == "x"


@pytest.fixture
def behind(tmp_path):
    """A rig whose origin has gone on."""
    layout = a_rig(tmp_path)
    other = clone(str(tmp_path / "origin.git"), tmp_path / "other")
    write(other.path, {"new": "1"})
    other.commit_all("New", POLECAT)
    other.push("main")
    return layout, other.head()


def test_an_update_brings_the_canonical_clone_to_origins_commit(behind):
    layout, newest = behind

    assert update(layout, "main") == newest
    assert (layout.canonical / "new").is_file()


def test_an_update_touches_nothing_of_our_own(behind):
    layout, _ = behind
    write(layout.canonical, {"mine": "1"})
    mine = Repo(layout.canonical).commit_all("Mine", POLECAT)

    with pytest.raises(GitError, match="fast-forward"):
        update(layout, "main")
    assert Repo(layout.canonical).head() == mine
    assert "stays behind" in follow(layout, "main")


def test_a_clone_on_another_branch_is_not_moved(behind):
    layout, _ = behind
    Repo(layout.canonical).run("checkout", "-q", "-b", "side")

    with pytest.raises(GitError, match="not on main but on side"):
        update(layout, "main")


def test_a_report_is_one_commit_with_all_its_files(tmp_path):
    commit = commit_report(tmp_path, {"a/report.md": "# R\n", "a/x.png": b"\x89PNG"}, "Report a")

    repo = Repo(tmp_path)
    assert repo.files() == ["a/report.md", "a/x.png"]
    assert (repo.head(), repo.status()) == (commit, [])


def test_the_same_report_again_is_no_new_commit(tmp_path):
    first = commit_report(tmp_path, {"r.md": "one"}, "First")

    assert commit_report(tmp_path, {"r.md": "one"}, "Again") == first
    assert commit_report(tmp_path, {"r.md": "two"}, "Second") != first


def test_a_persons_notes_in_a_private_repository_stay_as_they_are(tmp_path):
    init(tmp_path)
    write(tmp_path, {"notes": "mine"})

    commit_report(tmp_path, {"r.md": "one"}, "First")

    assert Repo(tmp_path).status() == ["notes"]


@pytest.mark.parametrize("name", ["../out", "/out", ".git/config", "a/../../out"])
def test_a_report_stays_in_its_repository(tmp_path, name):
    with pytest.raises(GitError, match="no name for a file"):
        commit_report(tmp_path / "private", {name: "x"}, "Out")
    assert not (tmp_path / "out").exists()


def _report(task):
    path, number = task
    for part in range(3):
        commit_report(path, {f"r{number}/{part}.md": f"{number}"}, f"Report {number}.{part}")


def test_many_may_make_the_same_repository_at_once(tmp_path):
    for number in range(6):
        at_once(init, [tmp_path / "here" / str(number)] * 6)

    assert [path.name for path in sorted((tmp_path / "here").iterdir())] == list("012345")


def test_many_may_report_at_once(tmp_path):
    at_once(_report, [(tmp_path, number) for number in range(4)])

    assert len(Repo(tmp_path).files()) == len(Repo(tmp_path).log("HEAD")) == 12


def test_a_report_waits_for_a_git_that_is_dying(tmp_path):
    commit_report(tmp_path, {"r.md": "one"}, "First")
    lock = tmp_path / ".git" / "index.lock"
    lock.touch()
    threading.Timer(0.2, lock.unlink).start()

    assert commit_report(tmp_path, {"r.md": "two"}, "Second")
