"""A fence lets nothing in or out, whatever lies in the worktree."""

import os
from pathlib import Path

import pytest

from gastown.agents.paths import MAX_BYTES, Fence
from gastown.errors import PathRefusedError


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "worktree"
    (root / "src").mkdir(parents=True)
    (root / "src" / "a.py").write_text("x = 1\n")
    (root / ".git").write_text("gitdir: elsewhere\n")
    (tmp_path / "secret.txt").write_text("outside")
    return root


OUTSIDE = ["../secret.txt", "src/../../secret.txt", "/etc/passwd", "..", ".", "", "a\0b", "a\nb"]


@pytest.mark.parametrize("path", OUTSIDE)
def test_a_path_that_leads_out_is_refused(root: Path, path: str):
    fence = Fence(root)

    with pytest.raises(PathRefusedError):
        fence.read(path)
    with pytest.raises(PathRefusedError):
        fence.write(path, "x")


@pytest.mark.parametrize("path", [".git", ".GIT", ".git/config", "src/../.git", "sub/.git/hooks/x"])
def test_what_belongs_to_git_is_refused(root: Path, path: str):
    with pytest.raises(PathRefusedError, match="git"):
        Fence(root).read(path)
    with pytest.raises(PathRefusedError, match="git"):
        Fence(root).write(path, "x")
    assert (root / ".git").read_text() == "gitdir: elsewhere\n"


def test_a_link_that_points_out_is_refused_also_when_it_appears_between_two_calls(root: Path):
    fence = Fence(root)
    assert fence.read("src/a.py") == "x = 1\n"

    (root / "src" / "a.py").unlink()
    (root / "src" / "a.py").symlink_to(root.parent / "secret.txt")

    with pytest.raises(PathRefusedError, match="outside"):
        fence.read("src/a.py")
    with pytest.raises(PathRefusedError, match="outside"):
        fence.write("src/a.py", "x")
    assert (root.parent / "secret.txt").read_text() == "outside"


def test_a_folder_that_is_a_link_out_is_refused(root: Path):
    (root / "way").symlink_to(root.parent)

    with pytest.raises(PathRefusedError, match="outside"):
        Fence(root).write("way/new.txt", "x")
    assert not (root.parent / "new.txt").exists()


def test_a_dangling_link_is_not_written_through(root: Path):
    (root / "new.py").symlink_to(root / "src" / "b.py")

    with pytest.raises(PathRefusedError, match="link"):
        Fence(root).write("new.py", "x")
    assert not (root / "src" / "b.py").exists()


def test_a_link_inside_may_be_read_but_not_written(root: Path):
    (root / "alias.py").symlink_to("src/a.py")
    fence = Fence(root, writable=("alias.py",))

    assert fence.read("alias.py") == "x = 1\n"
    with pytest.raises(PathRefusedError, match="link"):
        fence.write("alias.py", "x = 2\n")


def test_a_link_does_not_lift_a_rule(root: Path):
    """What counts is where a path leads, not how it is spelt."""
    (root / "tests").mkdir()
    (root / "src" / "way").symlink_to("../tests")

    with pytest.raises(PathRefusedError):
        Fence(root, writable=("src/**",)).write("src/way/test_a.py", "x")


def test_only_what_the_globs_allow_is_written(root: Path):
    defender = Fence(root, writable=("tests/**",))
    polecat = Fence(root, read_only=("tests/**",))

    assert defender.write("tests/deep/test_a.py", "assert 1\n") == "tests/deep/test_a.py"
    assert polecat.write("src/b.py", "y = 1\n") == "src/b.py"
    with pytest.raises(PathRefusedError, match=r"read-only for you; you may write tests/\*\*"):
        defender.write("src/a.py", "x")
    with pytest.raises(PathRefusedError, match="read-only"):
        polecat.write("tests/deep/test_a.py", "x")
    with pytest.raises(PathRefusedError, match="read-only"):
        polecat.write("src/../tests/deep/test_a.py", "x")
    assert (root / "tests/deep/test_a.py").read_text() == "assert 1\n"


def test_a_refused_write_makes_no_folder(root: Path):
    with pytest.raises(PathRefusedError):
        Fence(root, writable=("tests/**",)).write("new/folder/a.py", "x")
    assert not (root / "new").exists()


def test_writing_keeps_the_mode_and_cuts_what_was_longer(root: Path):
    script = root / "run.sh"
    script.write_text("#!/bin/sh\necho a long line\n")
    script.chmod(0o755)

    Fence(root).write("run.sh", "#!/bin/sh\n")

    assert script.read_text() == "#!/bin/sh\n"
    assert script.stat().st_mode & 0o777 == 0o755


def test_folders_pipes_binaries_and_giants_are_refused(root: Path):
    (root / "b.png").write_bytes(b"\x89PNG\0")
    (root / "latin.txt").write_bytes("é".encode("latin-1"))
    (root / "big.txt").write_text("x" * (MAX_BYTES + 1))
    os.mkfifo(root / "pipe")
    fence = Fence(root)

    for path in ("src", "b.png", "latin.txt", "big.txt", "pipe", "missing.py"):
        with pytest.raises(PathRefusedError):
            fence.read(path)
    with pytest.raises(PathRefusedError):
        fence.write("pipe", "x")
    with pytest.raises(PathRefusedError, match="larger"):
        fence.write("src/a.py", "x" * (MAX_BYTES + 1))
    assert fence.read("src/a.py") == "x = 1\n"


def test_a_file_is_no_folder(root: Path):
    with pytest.raises(PathRefusedError):
        Fence(root).write("src/a.py/b.py", "x")


def test_a_root_behind_a_link_is_the_root(root: Path, tmp_path: Path):
    (tmp_path / "here").symlink_to(root)

    assert Fence(tmp_path / "here").read("src/a.py") == "x = 1\n"
    assert Fence(tmp_path / "here").write("src/b.py", "y") == "src/b.py"


def test_an_absolute_path_inside_the_root_is_taken(root: Path):
    assert Fence(root).place(str(root / "src" / "a.py")) == "src/a.py"


def test_files_are_listed_without_links_caches_and_git(root: Path):
    (root / "__pycache__").mkdir()
    (root / "__pycache__" / "a.pyc").write_bytes(b"")
    (root / "alias.py").symlink_to("src/a.py")
    (root / ".github").mkdir()
    (root / ".github" / "ci.yml").write_text("")

    assert list(Fence(root).files()) == [".github/ci.yml", "src/a.py"]
