"""A search finds lines, and no pattern can hang the harness."""

import time
from pathlib import Path

import pytest

from gastown.agents.search import MAX_HITS, SearchError, search


def test_lines_are_named_with_file_and_number(tmp_path: Path):
    (tmp_path / "a.py").write_text("x = 1\n  def f():\n")
    (tmp_path / "b.bin").write_bytes(b"def \0")

    assert search(tmp_path, ["a.py", "b.bin", "gone.py"], r"def \w+") == "a.py:2: def f():\n"


def test_many_hits_are_cut(tmp_path: Path):
    (tmp_path / "a.py").write_text("x\n" * 500)

    assert search(tmp_path, ["a.py"], "x").splitlines()[MAX_HITS:] == [
        "… and more; narrow the pattern"
    ]


def test_a_link_is_not_followed(tmp_path: Path):
    (tmp_path / "secret").write_text("token\n")
    (tmp_path / "a.py").symlink_to(tmp_path / "secret")

    assert not search(tmp_path, ["a.py"], "token")


def test_what_is_no_expression_is_refused(tmp_path: Path):
    with pytest.raises(SearchError, match="no regular expression"):
        search(tmp_path, [], "(")


def test_a_pattern_that_would_never_end_is_stopped(tmp_path: Path):
    (tmp_path / "a.py").write_text("a" * 60 + "!\n")
    start = time.monotonic()

    with pytest.raises(SearchError, match="took over"):
        search(tmp_path, ["a.py"], "(a+)+$", timeout_s=0.5)

    assert time.monotonic() - start < 5
