"""How a session ended is read from its transcript, and from any beginning of one."""

import json
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.hooks.ending import CUT_OFF, ending_of, latest

EVENTS: list[dict[str, Any]] = [
    {"event": "start", "task": "Grüße"},
    {"event": "answer"},
    {"event": "tool", "name": "read_file", "arguments": {"path": "a.py"}},
    {"event": "answer"},
    {"event": "tool", "name": "search", "arguments": {"pattern": "x"}},
    {"event": "check", "ok": False, "feedback": "2 red"},
    {"event": "stop", "status": "limit", "reason": "turns: 2 of 2"},
]
WHOLE = "".join(json.dumps(event) + "\n" for event in EVENTS).encode()


def test_it_tells_how_far_the_session_came(tmp_path: Path):
    (tmp_path / "t.jsonl").write_bytes(WHOLE)

    ending = ending_of(tmp_path / "t.jsonl")

    assert (ending.status, ending.reason, ending.turns) == ("limit", "turns: 2 of 2", 2)
    assert ending.did == ("- read_file a.py", "- search x")
    assert ending.feedback == "2 red"
    assert "2 red" in ending.text


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(WHOLE) - 2))
def test_one_that_was_killed_at_any_byte_was_cut_off(tmp_path_factory: Any, size: int):
    file = tmp_path_factory.mktemp("session") / "t.jsonl"
    file.write_bytes(WHOLE[:size])

    ending = ending_of(file)

    assert ending.status == CUT_OFF
    assert ending.turns <= 2
    assert set(ending.did) <= {"- read_file a.py", "- search x"}


def test_the_last_session_before_one_is_found_by_numbers_not_by_letters(tmp_path: Path):
    for place in ("2/session-1", "10/session-1", "10/session-9", "10/session-10", "x/session-3"):
        file = tmp_path / f"{place}.jsonl"
        file.parent.mkdir(exist_ok=True)
        file.write_text("")

    def before(token: int, number: int) -> str:
        found = latest(tmp_path, before=(token, number))
        return str(found.relative_to(tmp_path)) if found else ""

    assert before(11, 1) == "10/session-10.jsonl"
    assert before(10, 10) == "10/session-9.jsonl"
    assert before(10, 1) == "2/session-1.jsonl"
    assert before(2, 1) == ""
