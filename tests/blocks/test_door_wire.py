"""What goes through the door, as the endpoint sees it: its model, its key, an end of answers."""

import threading

import pytest

from gastown.agents.protocols import Limits
from tests.blocks.agents import KEY
from tests.blocks.upstream import Upstream, ask, opened


@pytest.fixture
def upstream():
    with Upstream() as server:
        yield server


@pytest.fixture
def door(upstream):
    with opened(upstream, Limits(turns=3, tokens=1000)) as door:
        yield door


def test_a_chat_request_goes_under_the_rows_model_and_key_with_an_end(door, upstream):
    assert ask(door, "/v1/chat/completions", {"model": "dearest", "stream": True}) == 200
    ((path, headers, body),) = upstream.seen
    assert path == "/v1/chat/completions"
    assert (headers["authorization"], headers["x-town-role"]) == (f"Bearer {KEY}", "polecat")
    assert "x-evil" not in headers
    assert body["model"] == "rehearsal"
    assert body["max_tokens"] == 500
    assert body["stream_options"] == {"include_usage": True}


@pytest.mark.parametrize(
    ("path", "asked", "field", "wanted"),
    [
        ("/v1/chat/completions", {"max_tokens": 9_999}, "max_tokens", 500),
        ("/v1/chat/completions", {"max_completion_tokens": 7}, "max_completion_tokens", 7),
        ("/v1/messages", {"max_tokens": 32_000}, "max_tokens", 500),
        ("/v1/responses", {}, "max_output_tokens", 500),
        (
            "/v1beta/models/dearest:streamGenerateContent?alt=sse&key=x",
            {},
            "generationConfig",
            {"maxOutputTokens": 500},
        ),
    ],
)
def test_no_answer_may_be_longer_than_the_row_says(door, upstream, path, asked, field, wanted):
    assert ask(door, path, asked) == 200
    assert upstream.seen[0][2][field] == wanted


def test_googles_wire_names_the_rows_model_in_the_path(door, upstream):
    ask(door, "/v1beta/models/dearest:streamGenerateContent?alt=sse&key=x")
    assert upstream.seen[0][0] == "/v1/models/rehearsal:streamGenerateContent?alt=sse"
    assert upstream.seen[0][1]["x-goog-api-key"] == KEY


@pytest.mark.parametrize(
    "path",
    ["/v1/files", "/admin", "/v1/models/x:delete", "/v1/../admin", "/v1/chat/completions/../x"],
)
def test_no_other_page_of_the_endpoint_is_reached(door, upstream, path):
    assert ask(door, path) == 404
    assert upstream.seen == []
    assert door.session.turns == 0


def test_the_request_beyond_the_turns_is_refused_and_closes_the_door(door, upstream):
    assert [ask(door, "/v1/chat/completions") for _ in range(4)] == [200, 200, 200, 403]
    assert door.session.closing.is_set()
    assert "turns: 3 of 3" in str(door.session.stop)
    assert (door.session.usage.requests, door.session.usage.input_tokens) == (3, 27)
    assert len(upstream.seen) == 3


def test_an_agent_that_hangs_up_early_is_counted_all_the_same(door, upstream):
    for _ in range(3):
        ask(door, "/v1/chat/completions", whole=False)
    for _ in range(100):
        if door.session.usage.requests == 3:
            break
        threading.Event().wait(0.05)
    assert door.session.usage.input_tokens == 27


@pytest.mark.parametrize("body", [b"not json", b"[1, 2]", b"[" * 5000])
def test_what_is_no_request_is_refused_and_not_sent(door, upstream, body):
    assert ask(door, "/v1/chat/completions", body) == 400
    assert upstream.seen == []
    assert door.session.turns == 0
