"""Any repository can be looked at: a rig by its name, a checkout by its folder; never changed."""

from pathlib import Path

import pytest

from gastown.errors import ConfigError, GitError, NotFoundError
from gastown.rigs.command import git
from gastown.rigs.git import Repo
from tasks.visit import place_of, visit
from tests.tasks.half import Half


@pytest.fixture
def half(tmp_path):
    return Half(tmp_path)


def checkout(folder: Path, *names: str) -> Path:
    folder.mkdir(parents=True)
    git(folder, "init", "--quiet", "--initial-branch=main")
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("def test_it(): pass\n")
    Repo(folder).commit_all("First", "ann <ann@example.org>")
    return folder


def test_a_rig_is_opened_at_its_main_branch_as_origin_has_it(half):
    with visit(half.town, "garden") as seen:
        assert (seen.name, seen.rig) == ("garden", "garden")
        assert seen.commit == Repo(half.origin).rev("main")
        assert seen.table == half.town.config.rig("garden")
        assert seen.private("watchdog") == (half.town.layout.private("watchdog"), "garden")
        path = seen.worktree
    assert not path.exists()


def test_a_checkout_anywhere_is_copied_so_that_nothing_done_there_reaches_it(half, tmp_path):
    folder = checkout(tmp_path / "my project", "tests/test_a.py")
    with visit(half.town, str(folder)) as seen:
        (seen.worktree / "tests" / "test_a.py").write_text("changed")
        assert (seen.name, seen.rig) == ("my-project", None)
        assert seen.table.gauge.kind == "pytest"
        assert seen.private("watchdog")[1] == "elsewhere/my-project"
        assert place_of(half.town, str(folder)) == "elsewhere/my-project"
    assert (folder / "tests" / "test_a.py").read_text() == "def test_it(): pass\n"


def test_a_branch_of_it_can_be_named(half, tmp_path):
    folder = checkout(tmp_path / "work", "a.py")
    git(folder, "checkout", "--quiet", "-b", "idea")
    (folder / "b.py").write_text("b = 1\n")
    made = Repo(folder).commit_all("Second", "ann <ann@example.org>")
    git(folder, "checkout", "--quiet", "main")
    with visit(half.town, str(folder), ref="idea") as seen:
        assert seen.commit == made


def test_tests_that_nobody_can_find_matter_only_to_who_asks_for_them(half, tmp_path):
    with visit(half.town, str(checkout(tmp_path / "notes", "notes.md"))) as seen:
        assert (seen.worktree / "notes.md").is_file()
        with pytest.raises(ConfigError):
            _ = seen.table


def test_what_is_no_repository_is_refused_with_the_rigs_there_are(half, tmp_path):
    with pytest.raises(NotFoundError, match="it has: garden"), visit(half.town, str(tmp_path)):
        pass
    with pytest.raises(GitError), visit(half.town, "garden", ref="no-such-branch"):
        pass
