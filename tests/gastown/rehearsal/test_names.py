"""The file that maps real bead ids to answers."""

import os
from pathlib import Path

from gastown.rehearsal.names import Names


def test_a_name_stands_for_itself_until_the_file_says_more(tmp_path: Path):
    path = tmp_path / "names.json"
    names = Names(path)

    before = names.key("sk-a1b")
    path.write_text('{"sk-a1b": "combo"}', encoding="utf-8")

    assert (before, names.key("sk-a1b"), names.key("sk-zzz")) == ("sk-a1b", "combo", "sk-zzz")


def test_a_changed_file_is_read_again(tmp_path: Path):
    path = tmp_path / "names.json"
    path.write_text('{"a": "one"}', encoding="utf-8")
    names = Names(path)
    first = names.key("a")

    path.write_text('{"a": "two"}', encoding="utf-8")
    os.utime(path, (1, 1))

    assert (first, names.key("a")) == ("one", "two")


def test_a_half_written_file_changes_nothing(tmp_path: Path):
    path = tmp_path / "names.json"
    path.write_text('{"a": "one"}', encoding="utf-8")
    names = Names(path)
    names.key("a")

    path.write_text('{"a": "tw', encoding="utf-8")

    assert names.key("a") == "one"
