"""The adapter over real sockets: what it sends, what it puts together, and how it fails."""

import json
import time
from decimal import Decimal
from typing import Any

import pytest

from blocks.provider import open_model
from gastown.agents.protocols import Ask, Model, ToolCall
from gastown.errors import ModelError
from gastown.spans import covered, recording
from gastown.stage import Usage
from gastown.town.tables.models import ModelTable
from tests.blocks.wire import DONE, HELLO, delta, finish, status, stream, usage, wire

ASK = Ask(messages=({"role": "user", "content": "Hello?"},), max_tokens=64)


class Naps:
    """A sleep that only remembers."""

    def __init__(self) -> None:
        self.taken: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)


def model(url: str, naps: Naps | None = None, stall_s: float = 5) -> Model:
    table = ModelTable(
        endpoint=url,
        model="qwen",
        input_usd=Decimal("0.5"),
        cached_usd=Decimal("0.05"),
        output_usd=Decimal(2),
        stall_s=stall_s,
    )
    return open_model("small", table, "sk-key-of-the-town", sleep=naps or Naps())


def test_an_answer_is_streamed_and_put_together():
    pieces: list[str] = []
    with wire(HELLO) as server:
        answer = model(server.url).complete(ASK, pieces.append)

    assert answer.text == "Hello"
    assert answer.finish == "stop"
    assert "".join(pieces) == "Hello"
    assert answer.usage == Usage(
        requests=1, input_tokens=1000, cached_tokens=400, output_tokens=100, micro_usd=520
    )


def test_what_is_sent():
    tools = ({"type": "function", "function": {"name": "f", "parameters": {}}},)
    ask = Ask(
        ASK.messages, tools, {"type": "object"}, 64, session={"role": "polecat", "bead": "sk-1"}
    )
    with wire(HELLO) as server:
        model(server.url).complete(ask)

    assert server.bodies == [
        {
            "model": "qwen",
            "messages": [{"role": "user", "content": "Hello?"}],
            "max_tokens": 64,
            "stream": True,
            "stream_options": {"include_usage": True},
            "tools": list(tools),
            "tool_choice": "auto",
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "answer", "schema": {"type": "object"}},
            },
        }
    ]
    assert server.heads[0]["x-town-role"] == "polecat"
    assert server.heads[0]["x-town-bead"] == "sk-1"
    assert server.heads[0]["authorization"] == "Bearer sk-key-of-the-town"


def test_a_header_cannot_be_broken_out_of():
    with wire(HELLO) as server:
        model(server.url).complete(
            Ask(ASK.messages, session={"bead": "sk-1\r\nX-Evil: é", "rig": ""})
        )

    assert "x-evil" not in server.heads[0]
    assert "x-town-rig" not in server.heads[0]


def test_the_environment_never_lends_its_key(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-someone-else")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-of-someone-else")
    with wire(HELLO) as server:
        open_model("local", ModelTable(endpoint=server.url)).complete(ASK)

    assert "of-someone-else" not in json.dumps(server.heads)


def test_a_local_model_is_never_asked_through_a_proxy(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with wire(HELLO) as server:
        assert model(server.url).complete(ASK).text == "Hello"


def test_streamed_calls_and_unknown_fields_become_the_message_to_echo():
    signature = {"google": {"thought_signature": "abc"}}
    opening = {"index": 0, "id": "c1", "type": "function", "extra_content": signature}
    spoken = stream(
        delta(role="assistant", content=None, reasoning_content="I "),
        delta(reasoning_content="think"),
        delta(tool_calls=[{**opening, "function": {"name": "read", "arguments": ""}}]),
        delta(tool_calls=[{"index": 0, "function": {"arguments": '{"path":'}}]),
        delta(tool_calls=[{"index": 1, "id": "c2", "function": {"name": "ls", "arguments": "{}"}}]),
        delta(tool_calls=[{"index": 0, "function": {"arguments": ' "a"}'}}]),
        finish("tool_calls"),
        DONE,
    )
    with wire(spoken) as server:
        answer = model(server.url).complete(ASK)

    assert answer.calls == (ToolCall("c1", "read", '{"path": "a"}'), ToolCall("c2", "ls", "{}"))
    assert answer.message == {
        "role": "assistant",
        "content": None,
        "reasoning_content": "I think",
        "tool_calls": [
            {
                "id": "c1",
                "type": "function",
                "extra_content": signature,
                "function": {"name": "read", "arguments": '{"path": "a"}'},
            },
            {"id": "c2", "function": {"name": "ls", "arguments": "{}"}},
        ],
    }


def test_a_history_goes_out_as_it_came_in():
    said = {"role": "assistant", "content": "", "reasoning_content": "hm", "extra": {"sig": [1]}}
    with wire(HELLO) as server:
        model(server.url).complete(Ask((*ASK.messages, said)))

    assert server.bodies[0]["messages"][1] == said


def test_an_endpoint_that_does_not_stream_is_understood():
    message = {"role": "assistant", "content": "Hello", "reasoning_content": "hm"}
    document = {"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}
    with wire(status(200, json.dumps(document))) as server:
        answer = model(server.url).complete(ASK)

    assert (answer.text, answer.message) == ("Hello", message)


def test_without_usage_tokens_are_counted_from_characters():
    with wire(stream(delta(content="x" * 300), finish(), DONE)) as server:
        counted = model(server.url).complete(Ask(({"role": "user", "content": "y" * 3000},))).usage

    assert 1000 <= counted.input_tokens < 1020
    assert 100 <= counted.output_tokens < 110
    assert counted.micro_usd > 0


def test_429_waits_as_long_as_the_endpoint_says():
    naps = Naps()
    with wire(status(429, Retry_After="7"), status(429, Retry_After="2"), HELLO) as server:
        assert model(server.url, naps).complete(ASK).text == "Hello"

    assert naps.taken == [7.0, 2.0]


RETRIED = [
    status(503),
    status(500, "<html>Bad gateway</html>", "text/html"),
    stream(delta(content="Hel")),
    stream(delta(content="Hel"), 'data: {"choices": [{"del'),
    stream('data: {"error": {"message": "overloaded", "code": 503}}'),
    stream(DONE),
    status(200, "<html>It works!</html>", "text/html"),
    status(200, '{"choices": []}'),
    status(200, ""),
]


@pytest.mark.parametrize("fault", RETRIED)
def test_what_may_pass_is_asked_again(fault: Any):
    naps = Naps()
    with wire(fault, HELLO) as server:
        assert model(server.url, naps).complete(ASK).text == "Hello"

    assert naps.taken == [1.0]


def test_after_four_tries_it_fails_and_exactly_one_layer_retried():
    naps = Naps()
    with wire(*[status(503)] * 9) as server, pytest.raises(ModelError, match="HTTP 503") as caught:
        model(server.url, naps).complete(ASK)

    assert len(server.bodies) == 4
    assert naps.taken == [1.0, 2.0, 4.0]
    assert caught.value.retryable


SPENT = json.dumps({"error": {"message": "You are broke", "code": "insufficient_quota"}})
FINAL = [
    (
        status(400, '{"error": {"message": "context exceeded"}}'),
        "HTTP 400.*context exceeded",
        False,
    ),
    (status(401), "HTTP 401", False),
    (status(404), "HTTP 404", False),
    (status(429, SPENT), "HTTP 429", False),
    (status(429, Retry_After="3600"), "HTTP 429", True),
]


@pytest.mark.parametrize(("answer", "told", "retryable"), FINAL)
def test_what_will_not_pass_is_not_asked_again(answer: Any, told: str, retryable: bool):
    naps = Naps()
    with wire(answer, HELLO) as server, pytest.raises(ModelError, match=told) as caught:
        model(server.url, naps).complete(ASK)

    assert (len(server.bodies), naps.taken) == (1, [])
    assert caught.value.retryable is retryable


def test_an_error_names_the_endpoint_and_never_the_key():
    told = '{"error": {"message": "no such key: sk-key-of-the-town"}}'
    with wire(status(401, told)) as server, pytest.raises(ModelError) as caught:
        model(server.url).complete(ASK)

    assert f"model small at {server.url}: HTTP 401" in str(caught.value)
    assert "sk-key" not in str(caught.value)


def test_nonsense_is_shown():
    page = status(200, "<html>It works!</html>", "text/html")
    with wire(*[page] * 4) as server, pytest.raises(ModelError, match=r"It works!.*URL right"):
        model(server.url).complete(ASK)


@pytest.mark.parametrize("lines", [(), (delta(content="Hel"),)])
def test_a_server_that_stops_sending_is_a_stall(lines: tuple[str, ...]):
    start = time.monotonic()
    with wire(stream(*lines, hang=1.5), HELLO) as server:
        assert model(server.url, stall_s=0.2).complete(ASK).text == "Hello"
        assert time.monotonic() - start < 1.2


def test_a_stall_is_named():
    with (
        wire(*[stream(delta(content="Hel"), hang=0.6)] * 4) as server,
        pytest.raises(ModelError, match=r"stalled: it sent nothing for 0\.1 s") as caught,
    ):
        model(server.url, stall_s=0.1).complete(ASK)

    assert caught.value.retryable


def test_nobody_listening_is_an_error_with_a_name():
    with wire() as server:
        url = server.url

    with pytest.raises(ModelError, match=r"model small at .*ConnectError"):
        model(url).complete(ASK)


SLOW = {
    "words": stream(*[delta(content="word ")] * 30, pause=0.05),
    "comments": stream(delta(content="word "), *[": alive"] * 30, pause=0.05),
    "silence": stream(delta(content="word "), hang=1.5),
    "nothing": stream(hang=1.5),
}


@pytest.mark.parametrize("kind", SLOW)
def test_an_answer_ends_when_the_time_of_the_session_is_up(kind: str):
    start = time.monotonic()
    with wire(SLOW[kind]) as server:
        answer = model(server.url).complete(Ask(ASK.messages, seconds=0.3))
        took = time.monotonic() - start

    assert answer.finish == "time"
    assert answer.usage.input_tokens > 0
    assert took < 1.2
    assert len(server.bodies) == 1


def test_no_try_begins_after_the_time_is_up():
    naps = Naps()
    with wire(status(429, Retry_After="30"), HELLO) as server, pytest.raises(ModelError):
        model(server.url, naps).complete(Ask(ASK.messages, seconds=5))

    assert naps.taken == []


def test_waiting_for_a_model_is_time_of_a_model():
    with (
        wire(stream(delta(content="x"), finish(), DONE, pause=0.05)) as server,
        recording() as spans,
    ):
        model(server.url).complete(ASK)

    assert [one.kind for one in spans] == ["model"]
    assert covered(spans) >= 0.05


def test_a_catalogue_row_becomes_a_model():
    row = ModelTable(
        endpoint="http://127.0.0.1:1/v1", protocol="text", context=6144, max_output=900
    )

    opened = open_model("tiny", row)

    assert (opened.name, opened.protocol, opened.context, opened.max_output) == (
        "tiny",
        "text",
        6144,
        900,
    )


def test_usage_that_is_nonsense_counts_as_nothing():
    odd = 'data: {"choices": [], "usage": {"prompt_tokens": -5, "completion_tokens": "many"}}'
    with wire(stream(delta(content="x"), finish(), odd, DONE)) as server:
        assert model(server.url).complete(ASK).usage == Usage(requests=1)


def test_the_last_word_on_usage_counts():
    with wire(
        stream(usage(5, 1), delta(content="x"), usage(5, 2), finish(), usage(5, 3))
    ) as server:
        assert model(server.url).complete(ASK).usage.output_tokens == 3
