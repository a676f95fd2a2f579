"""The file that maps real bead ids to answers."""

import os
from pathlib import Path
from typing import Any

from gastown.rehearsal.names import Names, title_of


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


def test_a_beads_title_is_found_where_the_request_tells_its_id():
    messages: list[dict[str, Any]] = [
        {"role": "system", "content": "You are a Polecat."},
        {"role": "assistant", "content": None},
        {"role": "user", "content": [{"type": "text", "text": "Do this.\n\n# Grid (bl-1) (bl-2)"}]},
        {"role": "user", "content": "# Glow (bl-3)\n\nAfter it comes # Bar (bl-4)"},
    ]

    assert [title_of(name, messages) for name in ("bl-2", "bl-3", "bl-4", "bl-9")] == [
        "Grid (bl-1)",
        "Glow",
        "",
        "",
    ]
