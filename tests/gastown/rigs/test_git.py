"""Repo: each verb does what its name says, on a real repository."""

import pytest

from gastown.errors import GitError, PushRejectedError
from gastown.rigs.clone import clone
from gastown.rigs.command import git
from gastown.rigs.git import Repo
from tests.gastown.rigs.given import POLECAT, a_rig, at_once, origin, write


@pytest.fixture
def layout(tmp_path):
    return a_rig(tmp_path, {"README.md": "# A rig\n", "src/a.py": "a = 1\n"})


@pytest.fixture
def repo(layout):
    return Repo(layout.canonical)


def test_names_are_found_or_not(repo):
    assert repo.find("origin/main") == repo.head() == repo.rev("HEAD")
    assert repo.find("nowhere") is None
    assert repo.find("--all") is None
    assert (repo.branch_exists("main"), repo.branch_exists("nowhere")) == (True, False)
    with pytest.raises(GitError, match="knows no commit 'nowhere'"):
        repo.rev("nowhere")


def test_a_commit_holds_what_differs_under_the_given_author(repo):
    write(repo.path, {"src/a.py": "a = 2\n", "src/b c é.py": "b = 1\n"})

    before, commit = repo.head(), repo.commit_all("Change a\n\nBead: sk-1", POLECAT)

    newest = repo.log("HEAD")[0]
    assert (newest.id, newest.author, newest.subject) == (commit, POLECAT, "Change a")
    assert newest.trailers == (("bead", "sk-1"),)
    assert repo.changed_files(before) == ["src/a.py", "src/b c é.py"]
    assert repo.ask("log", "-1", "--format=%cn <%ce>") == POLECAT


ODD = [
    "Improve: a\x1eb\n\nWhy\n\nNote: c\x1eBead: sk-2\x0bBead: sk-3\u2028Bead: sk-4",
    "Improve: a\x1c\x85b\r\n\n---\n\nBead: sk-9",
    "Improve: nul\0nul",
    "Improve: half \ud800 of a character, \udce9 a byte",
    f"Improve: {'long ' * 50_000}",
]


@pytest.mark.parametrize("message", ODD, ids=lambda m: repr(m[:20]))
def test_whatever_a_model_says_can_be_committed_and_read_again(repo, message):
    start = repo.head()
    write(repo.path, {"src/a.py": "a = 2\n"})

    commit = repo.commit_all(f"{message}\n\nBead: sk-1", POLECAT)

    (told,) = repo.log(f"{start}..HEAD")
    assert (told.id, told.author, told.subject[:8]) == (commit, POLECAT, "Improve:")
    assert told.trailers[-1] == ("bead", "sk-1")
    assert repo.find_trailer("Bead", "sk-1", "HEAD") == commit
    assert [repo.find_trailer("Bead", f"sk-{n}", "HEAD") for n in (2, 3, 4)] == [None] * 3


def test_a_commit_that_another_program_made_badly_hides_no_other(repo):
    body = repo.run("cat-file", "commit", "HEAD")[1] + "Odd: x\0" + "a" * 40 + "\0me\0s\0Bead: y"
    told = git(repo.path, "hash-object", "-t", "commit", "-w", "--literally", "--stdin", stdin=body)
    repo.run("reset", "-q", "--hard", told[1].strip())
    write(repo.path, {"src/a.py": "a = 2\n"})
    newest = repo.commit_all("Next", POLECAT)

    assert [c.id for c in repo.log("HEAD")] == [newest, told[1].strip()]


def test_nothing_to_commit_is_no_commit(repo):
    assert repo.commit_all("Nothing", POLECAT) == repo.head()
    assert len(repo.log("HEAD")) == 1


def test_a_commit_of_some_paths_leaves_the_rest(repo):
    write(repo.path, {"README.md": "new\n", "src/a.py": "a = 3\n"})

    repo.commit_all("Only the readme", POLECAT, ["README.md"])

    assert repo.changed_files("HEAD^") == ["README.md"]
    assert repo.status() == ["src/a.py"]


def test_status_names_every_file_and_discard_drops_them(repo):
    write(repo.path, {"README.md": "x", "new/one.py": "", "new/two.py": ""})
    (repo.path / "src/a.py").unlink()

    assert sorted(repo.status()) == ["README.md", "new/one.py", "new/two.py", "src/a.py"]
    repo.discard()
    assert repo.status() == []
    assert (repo.path / "src/a.py").read_text() == "a = 1\n"


def test_files_and_their_text_at_a_commit(repo):
    assert repo.files() == ["README.md", "src/a.py"]
    assert repo.show_file("HEAD", "src/a.py") == "a = 1\n"
    assert repo.show_file("HEAD", "src/none.py") is None


def test_a_trailer_is_found_whole_and_in_its_range_only(repo):
    start = repo.head()
    write(repo.path, {"a": "1"})
    first = repo.commit_all("One\n\nBead: sk-1", POLECAT)
    write(repo.path, {"a": "2"})
    repo.commit_all("Two, which mentions Bead: sk-2 here\n\nBead: sk-10", POLECAT)

    assert repo.find_trailer("Bead", "sk-1", f"{start}..HEAD") == first
    assert repo.find_trailer("Bead", "sk-1", f"{first}..HEAD") is None
    assert repo.find_trailer("Bead", "sk-2", "HEAD") is None


def test_push_is_fast_forward_only(repo, tmp_path):
    other = clone(str(tmp_path / "origin.git"), tmp_path / "other")
    write(other.path, {"b": "1"})
    other.commit_all("Elsewhere", POLECAT)
    other.push("main")
    write(repo.path, {"a": "1"})
    repo.commit_all("Here", POLECAT)

    with pytest.raises(PushRejectedError, match="rejected"):
        repo.push("main")
    repo.fetch()
    assert repo.rev("origin/main") == other.head() == origin(tmp_path).rev("main")


def test_what_origins_own_rules_refuse_is_told_with_their_reason(repo, tmp_path):
    """It is no race: trying again would not help."""
    hook = tmp_path / "origin.git" / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    write(repo.path, {"a": "1"})
    repo.commit_all("Here", POLECAT)

    with pytest.raises(GitError, match="pre-receive hook declined") as refused:
        repo.push("main")
    assert not isinstance(refused.value, PushRejectedError)


def test_a_commit_may_be_pushed_onto_another_branch(repo, tmp_path):
    repo.push(repo.head(), "release")

    assert origin(tmp_path).rev("release") == repo.head()


def test_an_origin_that_is_gone_is_an_error(repo, tmp_path):
    (tmp_path / "origin.git").rename(tmp_path / "moved.git")

    with pytest.raises(GitError, match="does not appear to be a git repository"):
        repo.push("main")
    with pytest.raises(GitError, match="does not appear to be a git repository"):
        repo.fetch()


def _fetch(path):
    for _ in range(5):
        Repo(path).fetch()


def test_many_may_fetch_into_one_clone(repo, tmp_path):
    other = clone(str(tmp_path / "origin.git"), tmp_path / "other")
    for number in range(12):
        other.run("branch", f"b{number}")
        other.push(f"b{number}")

    at_once(_fetch, [repo.path] * 4)

    assert repo.find("origin/b11")


def test_ancestors_and_the_base_of_two_branches(repo):
    base = repo.head()
    repo.run("branch", "side")
    write(repo.path, {"a": "1"})
    repo.commit_all("On main", POLECAT)

    assert repo.is_ancestor("side", "main")
    assert not repo.is_ancestor("main", "side")
    assert repo.merge_base("main", "side") == base


def test_a_cherry_pick_keeps_its_author_and_is_skipped_the_second_time(repo):
    repo.run("checkout", "-q", "-b", "side")
    write(repo.path, {"t.py": "t\n"})
    picked = repo.commit_all("Tests\n\nBead: sk-1", "Defender <defender@town>")
    repo.run("checkout", "-q", "main")

    first = repo.cherry_pick(picked, POLECAT)
    again = repo.cherry_pick(picked, POLECAT)

    assert first == again
    assert repo.log("HEAD")[0].author == "Defender <defender@town>"
    assert repo.status() == []


def test_a_cherry_pick_that_conflicts_names_the_files_and_leaves_no_trace(repo):
    repo.run("checkout", "-q", "-b", "side")
    write(repo.path, {"src/a.py": "a = 5\n"})
    picked = repo.commit_all("Five", POLECAT)
    repo.run("checkout", "-q", "main")
    write(repo.path, {"src/a.py": "a = 6\n"})
    head = repo.commit_all("Six", POLECAT)

    with pytest.raises(GitError, match=r"conflicts in src/a\.py"):
        repo.cherry_pick(picked, POLECAT)
    assert (repo.head(), repo.status()) == (head, [])


def test_a_branch_is_deleted_once_and_its_absence_is_no_error(repo):
    repo.run("branch", "side")

    repo.delete_branch("side")
    repo.delete_branch("side")

    assert not repo.branch_exists("side")


def test_a_folder_without_a_repository_is_not_taken_for_a_part_of_one(repo):
    inside = repo.path / "src"

    with pytest.raises(GitError, match="not a git repository"):
        Repo(inside).commit_all("Everything", POLECAT)
