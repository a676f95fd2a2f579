"""Counter: the four wires' counts, from whole answers and from events."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocks.counting import Counter

CHAT = {
    "usage": {
        "prompt_tokens": 100,
        "completion_tokens": 7,
        "prompt_tokens_details": {"cached_tokens": 60},
    }
}
RESPONSES = {
    "type": "response.completed",
    "response": {
        "usage": {
            "input_tokens": 100,
            "output_tokens": 7,
            "input_tokens_details": {"cached_tokens": 60},
        }
    },
}
START = {
    "type": "message_start",
    "message": {
        "usage": {
            "input_tokens": 30,
            "cache_read_input_tokens": 60,
            "cache_creation_input_tokens": 10,
            "output_tokens": 1,
        }
    },
}
DELTA = {"type": "message_delta", "usage": {"output_tokens": 7}}
GOOGLE = {
    "usageMetadata": {
        "promptTokenCount": 100,
        "candidatesTokenCount": 7,
        "cachedContentTokenCount": 60,
    }
}


@pytest.mark.parametrize(
    "events", [[CHAT], [RESPONSES], [START, DELTA], [GOOGLE, GOOGLE], [{"usage": None}, CHAT]]
)
def test_every_wire_is_understood(events):
    counter = Counter(0)
    for event in events:
        counter.feed(json.dumps(event))
    used = counter.usage()
    assert (used.input_tokens, used.cached_tokens, used.output_tokens) == (100, 60, 7)
    assert used.requests == 1


def test_an_endpoint_that_does_not_count_is_measured():
    counter = Counter(300)
    counter.feed("x" * 30)
    assert (counter.usage().input_tokens, counter.usage().output_tokens) == (100, 10)


@given(
    st.recursive(
        st.none() | st.integers() | st.text(),
        lambda x: (
            st.lists(x)
            | st.dictionaries(
                st.sampled_from(["usage", "response", "message", "prompt_tokens", "input_tokens"]),
                x,
            )
        ),
    )
)
def test_no_shape_of_an_answer_breaks_it(found):
    counter = Counter(3)
    counter.feed(json.dumps(found))
    assert counter.usage().input_tokens >= 0
