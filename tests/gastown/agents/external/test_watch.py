"""Watch: what may not be changed is as before afterwards, whatever was done to it."""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.agents.external.watch import MAX_KEPT, Watch
from gastown.agents.paths import Fence

FILES = {
    "src/a.py": "a",
    "src/deep/b.py": "b",
    "tests/test_a.py": "test a",
    "tests/deep/test_b.py": "test b",
    "guide.md": "guide",
}


@pytest.fixture
def root(tmp_path):
    return made(tmp_path)


def made(folder: Path) -> Path:
    root = folder / "work"
    for path, text in FILES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    (root / ".git").write_text("gitdir: elsewhere\n")
    return root


def watch(root: Path, litter: tuple[str, ...] = ()) -> Watch:
    fence = Fence(root, ("src/**", "tests/**"), ("tests/**", "guide.md"))
    return Watch(fence, root.parent / "kept", litter)


def kept(root: Path) -> dict[str, str]:
    return {path: (root / path).read_text() for path in FILES if not path.startswith("src/")}


BEFORE = {path: text for path, text in FILES.items() if not path.startswith("src/")}


def test_work_where_it_is_allowed_is_left_and_not_told(root):
    looking = watch(root)
    (root / "src/a.py").write_text("better")
    (root / "src/new.py").write_text("new")
    (root / "src/deep/b.py").unlink()
    assert not looking.settle()
    assert (root / "src/a.py").read_text() == "better"
    assert (root / "src/new.py").exists()


def test_a_protected_file_is_put_back_by_content_and_mode(root):
    looking = watch(root)
    (root / "tests/test_a.py").write_text("weaker")
    (root / "tests/deep/test_b.py").chmod(0o755)
    assert looking.settle().protected == ("tests/deep/test_b.py", "tests/test_a.py")
    assert kept(root) == BEFORE
    assert not (root / "tests/deep/test_b.py").stat().st_mode & 0o111


def test_same_size_and_time_do_not_hide_a_change(root):
    looking, file = watch(root), root / "guide.md"
    before = file.stat()
    file.write_text("GUIDE")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert looking.settle().protected == ("guide.md",)
    assert kept(root) == BEFORE


def test_a_new_file_where_files_are_protected_is_removed_and_named(root):
    looking = watch(root)
    (root / "tests/conftest.py").write_text("def pytest_configure(): ...")
    assert looking.settle().protected == ("tests/conftest.py",)
    assert not (root / "tests/conftest.py").exists()


def test_a_file_beside_the_allowed_ones_is_dropped(root):
    looking = watch(root)
    (root / "stray.txt").write_text("x")
    found = looking.settle()
    assert (found.dropped, found.protected) == (("stray.txt",), ())
    assert not (root / "stray.txt").exists()


def test_a_folder_turned_into_a_link_is_a_folder_again_and_its_target_untouched(root, tmp_path):
    looking = watch(root)
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "test_a.py").write_text("not ours")
    shutil.rmtree(root / "tests")
    (root / "tests").symlink_to(outside)
    found = looking.settle()
    assert set(found.protected) >= {"tests/test_a.py", "tests/deep/test_b.py"}
    assert kept(root) == BEFORE
    assert (outside / "test_a.py").read_text() == "not ours"


def test_a_folder_turned_into_a_file_is_a_folder_again(root):
    looking = watch(root)
    shutil.rmtree(root / "tests")
    (root / "tests").write_text("now a file")
    looking.settle()
    assert kept(root) == BEFORE


def test_a_folder_closed_to_us_is_opened(root):
    looking = watch(root)
    (root / "tests/test_a.py").write_text("weaker")
    (root / "tests").chmod(0o000)
    looking.settle()
    assert kept(root) == BEFORE


@pytest.mark.parametrize("kind", ["link", "fifo", "repository"])
def test_links_pipes_and_inner_repositories_go_even_where_files_may_be_written(root, kind):
    looking = watch(root)
    match kind:
        case "link":
            (root / "src/x").symlink_to("/etc")
        case "fifo":
            os.mkfifo(root / "src/x")
        case _:
            (root / "src/x/.git/hooks").mkdir(parents=True)
    assert looking.settle().dropped
    assert not (root / "src/x/.git").exists()
    assert kind == "repository" or not os.path.lexists(root / "src/x")


def test_bytecode_goes_for_it_may_differ_from_its_source(root):
    looking = watch(root)
    cache = root / "tests/__pycache__/test_a.cpython-311.pyc"
    cache.parent.mkdir()
    cache.write_bytes(b"forged")
    assert not looking.settle()
    assert not cache.parent.exists()


def test_litter_of_a_kind_goes_without_a_word(root):
    looking = watch(root, (".aider*", ".aider*/**", "src/*.orig"))
    (root / ".aider.chat.md").write_text("x")
    (root / ".aider.tags").mkdir()
    (root / ".aider.tags/cache").write_text("x")
    (root / "src/a.orig").write_text("x")
    assert not looking.settle()
    assert not (root / ".aider.chat.md").exists()
    assert not (root / "src/a.orig").exists()


def test_what_is_too_large_to_keep_is_named_as_lost(root):
    big = root / "tests/big.bin"
    with big.open("wb") as file:
        file.truncate(MAX_KEPT + 1)
    looking = watch(root)
    big.write_bytes(b"gone")
    assert looking.settle().lost == ("tests/big.bin",)


ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(["write", "delete", "link", "close", "folder"]),
        st.sampled_from([*FILES, "tests/new.py", "other.txt", "tests", "src"]),
    ),
    max_size=6,
)


@settings(max_examples=60, deadline=None)
@given(actions=ACTIONS)
def test_whatever_is_done_the_protected_files_are_as_before(tmp_path_factory, actions):
    root = made(tmp_path_factory.mktemp("any"))
    looking = watch(root)
    for action, path in actions:
        act(action, root / path)
    looking.settle()
    assert kept(root) == BEFORE
    assert not (root / "tests/new.py").is_file()
    assert not (root / "other.txt").is_file()
    assert not looking.settle()


def act(action: str, path: Path) -> None:
    try:
        match action:
            case "write":
                path.write_text("changed")
            case "close":
                path.chmod(0)
            case "link":
                act("delete", path)
                path.symlink_to("/etc/hostname")
            case "folder":
                act("delete", path)
                path.mkdir()
            case _:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
    except OSError:
        pass
