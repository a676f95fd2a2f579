"""Which files are scanned, and which are said to be unread."""

import pytest

from gastown.rigs.clone import init
from gastown.rigs.git import Repo
from gastown.rigs.scan.source import MAX_BYTES, Source, read_sources
from tests.gastown.rigs.given import POLECAT, write


@pytest.fixture
def names(tmp_path):
    """The tracked tree with one file of each kind: what is scanned, and what is said unread."""
    files = {
        "src/a.py": "one\ntwo\n",
        "addons/gut/x.gd": "",
        "sub/addons/y.gd": "",
        ".beads/issues.jsonl": "",
        "uv.lock": "",
        "src/a.gd.uid": "",
        "big.txt": "x" * (MAX_BYTES + 1),
    }
    write(tmp_path, files)
    (tmp_path / "latin.txt").write_bytes(b"caf\xe9")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\0\0")
    (tmp_path / "link").symlink_to("/etc/passwd")
    Repo(init(tmp_path)).commit_all("All", POLECAT)
    write(tmp_path, {"untracked.py": ""})
    return read_sources(tmp_path)


def test_our_own_text_files_are_scanned(names):
    assert [source.path for source in names[0]] == ["src/a.py"]


def test_text_that_cannot_be_read_is_said(names):
    assert names[1] == ("big.txt", "latin.txt")


def test_lines_count_from_one():
    source = Source("a", ("one", "two"))

    assert [source.line(n) for n in (0, 1, 2, 3)] == ["", "one", "two", ""]
