"""rebase: clean, conflicting, or not at all."""

import pytest

from gastown.errors import GitError
from gastown.rigs.git import Repo
from gastown.rigs.rebase import TEXT_CHARS, rebase
from gastown.rigs.worktree import detached_worktree
from tests.gastown.rigs.given import POLECAT, REFINERY, a_rig, write


@pytest.fixture
def repo(tmp_path):
    layout = a_rig(tmp_path, {"a.py": "a = 1\n", "b.py": "b = 1\n"})
    return Repo(detached_worktree(layout, layout.refinery, "origin/main"))


def _side(repo, base, files):
    repo.run("checkout", "-q", "--detach", base)
    write(repo.path, files)
    return repo.commit_all("Side", POLECAT)


def test_a_clean_rebase_keeps_the_author_and_names_who_rebased(repo):
    base = repo.head()
    onto = _side(repo, base, {"a.py": "a = 2\n"})
    _side(repo, base, {"b.py": "b = 2\n"})

    assert rebase(repo, onto, REFINERY) is None
    assert repo.rev("HEAD^") == onto
    assert repo.ask("log", "-1", "--format=%an/%cn") == "Polecat/Refinery"


def test_a_conflict_names_files_and_hunks_and_leaves_everything_as_it_was(repo):
    base = repo.head()
    onto = _side(repo, base, {"a.py": "a = 2\n"})
    tip = _side(repo, base, {"a.py": "a = 3\n"})

    conflict = rebase(repo, onto, REFINERY)

    assert conflict is not None
    assert conflict.files == ("a.py",)
    assert "a = 2" in conflict.text
    assert "a = 3" in conflict.text
    assert (repo.head(), repo.status()) == (tip, [])


def test_a_long_conflict_is_cut(repo):
    base = repo.head()
    onto = _side(repo, base, {"a.py": "x\n" * 9_000})
    _side(repo, base, {"a.py": "y\n" * 9_000})

    conflict = rebase(repo, onto, REFINERY)

    assert conflict is not None
    assert len(conflict.text) < TEXT_CHARS + 10
    assert conflict.text.endswith("… cut")


def test_a_rebase_that_fails_otherwise_is_an_error(repo):
    base = repo.head()
    onto = _side(repo, base, {"a.py": "a = 2\n"})
    _side(repo, base, {"b.py": "b = 2\n"})
    write(repo.path, {"b.py": "not committed\n"})

    with pytest.raises(GitError, match="rebase"):
        rebase(repo, onto, REFINERY)
