"""The adapter's parts: events from bytes, messages from pieces, waits from headers."""

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blocks.assembly import Assembly
from blocks.retry import retry_after
from blocks.sse import events


@settings(max_examples=60)
@given(st.lists(st.text(alphabet="abc é{}", min_size=1), max_size=5), st.integers(1, 7))
def test_events_come_out_whole_however_the_bytes_are_cut(said: list[str], cut: int):
    raw = "".join(f": comment\r\nevent: x\r\ndata: {one}\r\n\r\n" for one in said).encode()
    chunks = (raw[at : at + cut] for at in range(0, len(raw), cut))

    assert list(events(chunks)) == said


def test_an_event_of_several_lines_is_joined():
    assert list(events([b"data: a\ndata: b\n\n"])) == ["a\nb"]


def test_the_last_event_needs_no_blank_line_but_a_whole_one():
    assert list(events([b"data: a\n\ndata: [DONE]\ndata: cu"])) == ["a", "[DONE]"]


def fed(*deltas: dict[str, Any]) -> Assembly:
    answer = Assembly()
    for one in deltas:
        answer.feed({"choices": [{"index": 0, "delta": one}]})
    return answer


def test_parallel_calls_of_the_same_number_are_told_apart_by_id():
    """Some endpoints number every call 0."""
    answer = fed(
        {"tool_calls": [{"index": 0, "id": "a", "function": {"name": "f", "arguments": "{}"}}]},
        {"tool_calls": [{"index": 0, "id": "b", "function": {"name": "g", "arguments": "{"}}]},
        {"tool_calls": [{"index": 0, "function": {"arguments": "}"}}]},
    )

    assert [(call.id, call.name, call.arguments) for call in answer.calls()] == [
        ("a", "f", "{}"),
        ("b", "g", "{}"),
    ]


def test_what_is_repeated_in_every_piece_is_not_doubled():
    call = {"index": 0, "id": "a", "type": "function", "function": {"name": "f", "arguments": "x"}}

    answer = fed(
        {"role": "assistant", "tool_calls": [call]}, {"role": "assistant", "tool_calls": [call]}
    )

    assert answer.finished() == {
        "role": "assistant",
        "tool_calls": [
            {"id": "a", "type": "function", "function": {"name": "f", "arguments": "xx"}}
        ],
    }


def test_reasoning_in_a_list_of_numbered_parts_is_grown_and_keeps_its_numbers():
    answer = fed(
        {"reasoning_details": [{"index": 0, "type": "text", "text": "I "}]},
        {"reasoning_details": [{"index": 0, "type": "text", "text": "think"}]},
        {"reasoning_details": [{"index": 1, "type": "sealed", "data": "x"}]},
    )

    assert answer.finished()["reasoning_details"] == [
        {"index": 0, "type": "text", "text": "I think"},
        {"index": 1, "type": "sealed", "data": "x"},
    ]


def test_arguments_as_an_object_are_understood():
    answer = fed(
        {"tool_calls": [{"index": 0, "id": "a", "function": {"name": "f", "arguments": {"x": 1}}}]}
    )

    assert [json.loads(call.arguments) for call in answer.calls()] == [{"x": 1}]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["choices", "delta", "content", "tool_calls", "index", "function", "usage"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=150)
@given(st.lists(st.dictionaries(st.sampled_from(["choices", "usage"]), json_values), max_size=4))
def test_no_piece_of_any_shape_breaks_the_assembly(pieces: list[dict[str, Any]]):
    answer = Assembly()

    for piece in pieces:
        assert isinstance(answer.feed(piece), str)

    assert isinstance(answer.text, str)
    assert all(call.arguments is not None for call in answer.calls())
    json.dumps(answer.finished())


def test_a_wait_is_read_as_seconds_or_as_a_date():
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)

    assert retry_after({"retry-after": "2.5"}) == 2.5
    assert retry_after({"retry-after": "-3"}) == 0
    assert retry_after({"retry-after": soon}) == pytest.approx(30, abs=2)
    assert retry_after({"retry-after": "later"}) is None
    assert retry_after({}) is None
