"""What an agent may not do to its worktree is found, committed or not."""

import pytest

from gastown.errors import GitError
from gastown.rigs.clone import init
from gastown.rigs.diff import FileChange
from gastown.rigs.git import Repo
from gastown.rigs.violations import judge, violations
from gastown.rigs.worktree import add_worktree
from tests.gastown.rigs.given import POLECAT, a_rig, write

TESTS = ("tests/**",)


@pytest.fixture
def path(tmp_path):
    layout = a_rig(tmp_path, {"src/a.py": "a = 1\n", "tests/test_a.py": "assert a\n"})
    return add_worktree(layout, layout.polecat("agate"), "work", "origin/main")


def test_ordinary_work_is_no_violation(path):
    write(path, {"src/a.py": "a = 2\n", "src/new.py": "b = 1\n"})

    assert violations(path, "origin/main", ("src/**",), TESTS) == ()


def test_a_weakened_test_is_named_also_once_committed(path):
    write(path, {"tests/test_a.py": "assert True\n"})
    Repo(path).commit_all("Sneak", POLECAT)

    faults = violations(path, "origin/main", ("**",), TESTS)

    assert faults == ("tests/test_a.py: was modified; tests/** may not change",)


def test_a_test_that_was_removed_or_moved_away_is_named(path):
    (path / "tests/test_a.py").rename(path / "src/test_a.py")

    faults = violations(path, "origin/main", ("**",), TESTS)

    assert faults == ("tests/test_a.py: was deleted; tests/** may not change",)


def test_a_file_outside_the_allowed_paths_is_named(path):
    write(path, {"src/a.py": "a = 2\n", "docs/x.md": "x\n"})

    faults = violations(path, "origin/main", ("docs/**",))

    assert faults == ("src/a.py: was modified; this role may change docs/**",)


def test_links_executables_and_gitmodules_are_named(path):
    (path / "link").symlink_to("/etc/passwd")
    write(path, {"go.sh": "#!/bin/sh\n", ".gitmodules": '[submodule "x"]\n'})
    (path / "go.sh").chmod(0o755)

    assert violations(path, "origin/main") == (
        ".gitmodules: is a submodule",
        "go.sh: became executable",
        "link: is a symbolic link",
    )


def test_what_tells_git_how_to_treat_files_is_a_persons_to_write(path):
    write(path, {".gitattributes": "* -diff\n", "src/.gitattributes": "", ".lfsconfig": ""})

    assert violations(path, "origin/main") == tuple(
        f"{name}: was added; only a person may tell git how to treat files"
        for name in (".gitattributes", ".lfsconfig", "src/.gitattributes")
    )


def test_a_persons_filters_never_run_on_what_an_agent_wrote(path, tmp_path, monkeypatch):
    settings, ran = tmp_path / "person.gitconfig", tmp_path / "ran"
    settings.write_text(f'[filter "lfs"]\n\tclean = touch {ran}; cat\n')
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    write(path, {".gitattributes": "* filter=lfs\n", "src/a.py": "a = 2\n"})

    violations(path, "origin/main")
    Repo(path).commit_all("Filtered", POLECAT)

    assert not ran.exists()


@pytest.mark.parametrize("place", ["pyproject.toml", "py/pyproject.toml"])
def test_what_a_project_says_to_pytest_may_not_change(path, place):
    write(path, {place: "[project]\nname = 'rig'\n"})
    assert violations(path, "origin/main") == ()
    write(path, {place: "[tool.pytest.ini_options]\naddopts = '-p nasty'\n"})
    Repo(path).commit_all("Sneak", POLECAT)

    faults = violations(path, "origin/main")

    assert faults == (f"{place}: what it says to pytest may not change",)
    (path / place).unlink()
    assert violations(path, "HEAD") == (f"{place}: what it says to pytest may not change",)


def test_a_submodule_is_named():
    change = FileChange("inner", "added", "000000", "160000")

    assert judge([change], ("**",), ()) == ("inner: is a submodule",)


@pytest.fixture
def inner(path, tmp_path):
    """A repository in the worktree whose configuration starts a program."""
    repo = Repo(init(tmp_path / "elsewhere"))
    write(repo.path, {"x": "1\n", ".gitattributes": "* filter=evil\n"})
    repo.commit_all("Inner", POLECAT)
    with (repo.path / ".git" / "config").open("a") as config:
        config.write(f'[filter "evil"]\n\tclean = touch {tmp_path / "pwned"}; cat\n')
    write(repo.path, {"x": "22\n"})
    return repo.path.rename(path / "inner")


def test_a_repository_inside_the_worktree_is_named_and_never_obeyed(path, inner, tmp_path):
    first = violations(path, "origin/main")
    again = violations(path, "origin/main")
    with pytest.raises(GitError, match="is a git repository of its own; remove it"):
        Repo(path).commit_all("With it", POLECAT)
    Repo(path).status()

    assert first == again == ("inner: is a git repository of its own",)
    assert not (tmp_path / "pwned").exists()


def test_a_submodule_that_was_filled_in_is_never_obeyed(path, inner, tmp_path):
    inner.rename(tmp_path / "aside")
    entry = f"160000,{'1' * 40},inner"
    Repo(path).run("update-index", "--add", "--cacheinfo", entry)
    Repo(path).run("commit", "-q", "-m", "A submodule", author=POLECAT)
    (tmp_path / "aside").rename(inner)

    faults = violations(path, "HEAD")
    Repo(path).status()

    assert faults == ("inner: is a git repository of its own",)
    assert not (tmp_path / "pwned").exists()


def test_git_is_not_started_where_the_pointer_was_changed(path, tmp_path):
    (path / ".git").write_text(f"gitdir: {init(tmp_path / 'evil') / '.git'}\n")

    with pytest.raises(GitError, match="not a record of the canonical clone"):
        violations(path, "origin/main")
