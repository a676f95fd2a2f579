"""Answers as the wire has them, without a socket."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.errors import RehearsalError
from gastown.rehearsal.turn import Call, Cue, Turn
from gastown.rehearsal.wire import (
    TokenCount,
    broken,
    message_of,
    output_tokens,
    parse_request,
    pieces,
)

CUE = Cue("polecat", "combo")
TURNS = st.builds(
    Turn,
    text=st.text(max_size=60),
    calls=st.lists(
        st.builds(
            Call, name=st.just("write_file"), arguments=st.dictionaries(st.text(), st.text())
        ),
        max_size=3,
    ).map(tuple),
)


@settings(max_examples=50)
@given(turn=TURNS)
def test_the_pieces_of_a_stream_say_as_many_tokens_as_the_whole(turn: Turn):
    message = message_of(turn, CUE)
    sent = list(pieces("id", "m", message, TokenCount(1, 0, 2)))

    assert [piece.said for piece in sent] == sorted(piece.said for piece in sent)
    assert -(-sent[-1].said // 1) == output_tokens(message)
    assert sent[-1].data == "[DONE]"
    assert json.loads(sent[-2].data)["usage"]["total_tokens"] == 3


@settings(max_examples=50)
@given(turn=TURNS.filter(lambda turn: turn.calls))
def test_a_broken_message_has_arguments_that_no_parser_takes(turn: Turn):
    arguments = broken(message_of(turn, CUE))["tool_calls"][-1]["function"]["arguments"]

    with pytest.raises(json.JSONDecodeError):
        json.loads(arguments)


@pytest.mark.parametrize("body", [b"", b"[]", b'{"messages": []}', b'{"messages": "x"}'])
def test_a_request_of_another_shape_is_refused_with_400(body: bytes):
    with pytest.raises(RehearsalError) as error:
        parse_request(body)

    assert error.value.status == 400
