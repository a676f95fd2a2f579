"""What fits into a model is counted before it is sent, and the oldest outputs go first."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.agents.context import (
    BLANK,
    answer_tokens,
    fit,
    input_chars,
    observation_chars,
    size,
)
from gastown.agents.protocols import Message
from gastown.agents.stops import ContextFull
from gastown.testing import ScriptedModel

START: list[Message] = [
    {"role": "system", "content": "You work."},
    {"role": "user", "content": "The task."},
]


def turn(number: int, output: str) -> list[Message]:
    made = {"id": f"c{number}", "type": "function", "function": {"name": "x", "arguments": "{}"}}
    return [
        {"role": "assistant", "content": "", "tool_calls": [made], "signature": "keep"},
        {"role": "tool", "tool_call_id": f"c{number}", "content": output},
    ]


def test_what_fits_is_left_as_it_is():
    history = [*START, *turn(1, "short")]

    assert fit(history, 10_000) == history


def test_the_oldest_outputs_are_blanked_and_the_newest_is_kept():
    history = [*START, *turn(1, "a" * 900), *turn(2, "b" * 900), *turn(3, "c" * 900)]

    kept = fit(history, 2400)

    assert [m["content"] for m in kept if m["role"] == "tool"] == [BLANK, BLANK, "c" * 900]


def test_it_is_blanked_below_the_limit_so_that_the_prefix_stays_for_some_turns():
    history = START + [m for n in range(10) for m in turn(n, "x" * 300)]
    room = sum(map(size, history)) - 1

    kept = fit(history, room)

    assert sum(map(size, kept)) <= room * 0.75


def test_what_cannot_fit_is_not_sent():
    with pytest.raises(ContextFull, match="use a model with more context"):
        fit([*START, *turn(1, "a" * 3000)], 2000)


def test_a_picture_counts_by_what_it_costs_and_not_by_its_bytes():
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64," + "A" * 10**6}}

    assert size(
        {"role": "user", "content": [{"type": "text", "text": "x"}, picture]}
    ) == 3600 + len("x") + len('{"role": "user"}')


def test_room_is_left_for_the_answer():
    small = ScriptedModel([], context=6144, max_output=4096)

    assert answer_tokens(small) == 2048
    assert input_chars(small) < 3 * (6144 - 2048)
    assert observation_chars(small) == 4608


@settings(max_examples=50)
@given(st.lists(st.integers(0, 2000), min_size=1, max_size=8), st.integers(500, 6000))
def test_whatever_is_kept_fits_and_nothing_said_is_changed(outputs: list[int], room: int):
    history = START + [m for n, chars in enumerate(outputs) for m in turn(n, "o" * chars)]

    try:
        kept = fit(history, room)
    except ContextFull:
        return

    assert sum(map(size, kept)) <= room
    assert [m for m in kept if m["role"] != "tool"] == [m for m in history if m["role"] != "tool"]
    assert [m.get("tool_call_id") for m in kept] == [m.get("tool_call_id") for m in history]
