"""The wire as a real OpenAI client meets it."""

import json
import socket
import struct
import threading
import time
from typing import Any

import httpx2
import openai
import pytest
from openai import OpenAI

from gastown.rehearsal.faults import parse_faults
from gastown.rehearsal.pace import UNPACED, Pace
from gastown.rehearsal.script import Script
from gastown.rehearsal.server import RehearsalServer
from tests.gastown.rehearsal.conftest import ASK, HEADERS, SUBMIT, TOOLS, WRITE, client_of


def ask(client: OpenAI, messages: list[Any] = ASK, **more: Any) -> Any:
    return client.chat.completions.create(model="rehearsal", messages=messages, tools=TOOLS, **more)


def echo(completion: Any) -> dict[str, Any]:
    return completion.choices[0].message.model_dump(exclude_none=True)


def results(message: dict[str, Any]) -> list[Any]:
    return [
        {"role": "tool", "tool_call_id": call["id"], "content": "ok"}
        for call in message["tool_calls"]
    ]


def collect(stream: Any) -> tuple[dict[str, Any], Any, str]:
    """What a client puts together from a stream: message, usage, finish reason."""
    message: dict[str, Any] = {"role": "assistant", "content": "", "reasoning_content": ""}
    calls: dict[int, dict[str, Any]] = {}
    usage, finish = None, ""
    for chunk in stream:
        usage = chunk.usage or usage
        for choice in chunk.choices:
            finish = choice.finish_reason or finish
            delta = choice.delta.model_dump(exclude_none=True)
            message["content"] += delta.get("content", "")
            message["reasoning_content"] += delta.get("reasoning_content", "")
            for piece in delta.get("tool_calls", []):
                call = calls.setdefault(piece.pop("index"), piece)
                if call is not piece:
                    call["function"]["arguments"] += piece["function"]["arguments"]
    if calls:
        message["tool_calls"] = [calls[index] for index in sorted(calls)]
    return message, usage, finish


def finish(client: OpenAI, *, stream: bool) -> dict[str, Any]:
    answer = ask(client, stream=stream)
    return collect(answer)[0] if stream else echo(answer)


def test_a_turn_comes_back_with_its_text_and_every_tool_call_in_order(client: OpenAI):
    choice = ask(client).choices[0]

    calls = [
        (call.function.name, json.loads(call.function.arguments))
        for call in choice.message.tool_calls
    ]
    assert choice.message.content == "I write, then submit."
    assert calls == [("write_file", dict(WRITE.arguments)), ("submit", dict(SUBMIT.arguments))]
    assert choice.finish_reason == "tool_calls"


def test_streamed_and_whole_answers_are_the_same_message_and_usage(client: OpenAI):
    whole = ask(client)

    message, usage, finish = collect(
        ask(client, stream=True, stream_options={"include_usage": True})
    )

    assert message == echo(whole)
    assert finish == whole.choices[0].finish_reason
    assert usage.completion_tokens == whole.usage.completion_tokens
    assert usage.prompt_tokens == whole.usage.prompt_tokens


def test_tool_arguments_are_streamed_in_many_pieces(client: OpenAI):
    pieces = [
        call.function.arguments
        for chunk in ask(client, stream=True)
        for choice in chunk.choices
        for call in choice.delta.tool_calls or []
    ]

    assert len(pieces) > 20
    assert max(map(len, pieces)) <= 12


def test_usage_is_streamed_only_when_asked_for(client: OpenAI):
    _, usage, _ = collect(ask(client, stream=True))

    assert usage is None


def test_the_turn_is_the_number_of_assistant_messages_in_the_history(client: OpenAI):
    first = echo(ask(client))

    second = ask(client, [*ASK, first, *results(first)])

    assert [call.function.name for call in second.choices[0].message.tool_calls] == ["submit"]


def test_a_replayed_request_gets_the_same_answer(client: OpenAI):
    assert echo(ask(client)) == echo(ask(client))


def test_a_schema_bound_question_is_answered_as_text(server: RehearsalServer):
    headers = {"X-Town-Role": "watchdog", "X-Town-Rig": "scorekeeper"}
    schema = {"name": "findings", "schema": {"type": "object"}}
    with client_of(server, headers) as client:
        answer = client.chat.completions.create(
            model="any",
            messages=ASK,
            response_format={"type": "json_schema", "json_schema": schema},  # type: ignore[arg-type]
        )

    assert json.loads(answer.choices[0].message.content or "")["summary"] == "clean"
    assert answer.choices[0].finish_reason == "stop"


@pytest.mark.parametrize(
    "change",
    [
        lambda message: message.pop("reasoning_content"),
        lambda message: message.update(reasoning_content="something else"),
        lambda message: message.update(content="I did something else."),
        lambda message: message["tool_calls"].pop(),
        lambda message: message["tool_calls"][0]["function"].update(arguments="{}"),
        lambda message: message["tool_calls"][0].update(index=0),
    ],
)
def test_a_history_that_was_not_echoed_verbatim_is_refused(client: OpenAI, change: Any):
    message = echo(ask(client))
    change(message)

    with pytest.raises(openai.BadRequestError, match=r"messages\[1\].*verbatim") as error:
        ask(client, [*ASK, message])

    assert error.value.code == "history_not_verbatim"


def test_a_message_of_another_session_is_refused(server: RehearsalServer, client: OpenAI):
    message = echo(ask(client))

    with (
        client_of(server, {**HEADERS, "X-Town-Round": "2"}) as other,
        pytest.raises(openai.BadRequestError, match="polecat/combo/1/0"),
    ):
        ask(other, [*ASK, message])


def test_a_bead_with_a_random_id_is_known_by_its_title(script: Script):
    titled = Script(script.sessions, {"Reward streaks": "combo"})
    headers = {**HEADERS, "X-Town-Bead": "sk-a1b"}

    with RehearsalServer(titled, pace=UNPACED) as server, client_of(server, headers) as client:
        first = ask(client, [{"role": "user", "content": "# Reward streaks (sk-a1b)\n\nMore."}])
        with pytest.raises(openai.NotFoundError, match="sk-a1b"):
            ask(client, [{"role": "user", "content": "# Reward streaks (sk-zzz)\n\nMore."}])

    assert first.choices[0].message.content == "I write, then submit."


def test_a_later_round_has_its_own_answer(server: RehearsalServer):
    with client_of(server, {**HEADERS, "X-Town-Round": "2"}) as client:
        calls = ask(client).choices[0].message.tool_calls

    assert [call.function.name for call in calls] == ["write_file"]


def test_an_unknown_cue_is_not_found_and_the_error_names_it(server: RehearsalServer):
    with (
        client_of(server, {**HEADERS, "X-Town-Round": "7"}) as client,
        pytest.raises(openai.NotFoundError) as error,
    ):
        ask(client)

    assert "role 'polecat', key 'combo', round 7, turn 0" in str(error.value)


def test_a_call_of_a_tool_that_was_not_offered_is_refused_by_name(client: OpenAI):
    with pytest.raises(openai.BadRequestError, match="submit, write_file"):
        client.chat.completions.create(model="any", messages=ASK)


@pytest.mark.parametrize(
    "headers", [{}, {"X-Town-Role": "polecat"}, {**HEADERS, "X-Town-Round": "x"}]
)
def test_a_request_without_its_session_is_refused(server: RehearsalServer, headers: Any):
    with (
        client_of(server, headers) as client,
        pytest.raises(openai.BadRequestError, match="X-Town"),
    ):
        ask(client)


def test_a_request_that_is_no_chat_request_names_the_field(client: OpenAI):
    with pytest.raises(openai.BadRequestError, match="messages"):
        client.post("/chat/completions", body={"model": "x"}, cast_to=object)


def test_models_names_the_rehearsal(client: OpenAI):
    assert [model.id for model in client.models.list()] == ["rehearsal"]


def test_the_second_request_of_a_session_finds_its_prefix_cached(client: OpenAI):
    first = ask(client)
    message = echo(first)

    second = ask(client, [*ASK, message, *results(message)])

    assert first.usage.prompt_tokens_details.cached_tokens == 0
    cached = second.usage.prompt_tokens_details.cached_tokens
    assert first.usage.prompt_tokens - 1 <= cached < second.usage.prompt_tokens


def test_the_stream_takes_as_long_as_its_pace_says(script: Script):
    with RehearsalServer(script, pace=Pace(400, 0.1)) as server, client_of(server) as client:
        start = time.monotonic()
        stream = ask(client, stream=True, stream_options={"include_usage": True})
        first = next(iter(stream))
        begun = time.monotonic() - start
        _, usage, _ = collect(stream)
        took = time.monotonic() - start

    assert first.choices[0].delta.role == "assistant"
    assert begun >= 0.1
    assert 0.1 + usage.completion_tokens / 400 <= took < 3


def test_a_429_says_when_to_come_back_and_then_all_is_normal(script: Script):
    with (
        RehearsalServer(script, faults=parse_faults("429*2~0.5"), pace=Pace(0)) as server,
        client_of(server) as client,
    ):
        for _ in range(2):
            with pytest.raises(openai.RateLimitError) as error:
                ask(client)
            assert error.value.response.headers["retry-after"] == "0.5"
        assert ask(client).choices

    assert [served.fault for served in server.served] == ["429", "429", ""]


def test_a_500_is_a_server_error(script: Script):
    with (
        RehearsalServer(script, faults=parse_faults("500"), pace=Pace(0)) as server,
        client_of(server) as client,
        pytest.raises(openai.InternalServerError),
    ):
        ask(client)


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize("fault", ["cut", "stall~0.2", "badjson"])
def test_a_spoiled_answer_never_looks_whole(script: Script, fault: str, stream: bool):
    with (
        RehearsalServer(script, faults=parse_faults(fault), pace=Pace(0)) as server,
        client_of(server) as client,
    ):
        with pytest.raises((openai.OpenAIError, httpx2.HTTPError, ValueError)):
            finish(client, stream=stream)
        assert finish(client, stream=stream)["tool_calls"]


def test_a_page_of_html_is_no_answer(script: Script):
    with (
        RehearsalServer(script, faults=parse_faults("html"), pace=Pace(0)) as server,
        client_of(server) as client,
    ):
        response = client.chat.completions.with_raw_response.create(
            model="any", messages=ASK, tools=TOOLS
        )

    assert response.headers["content-type"] == "text/html"
    assert "<html>" in response.text


def test_broken_arguments_must_be_echoed_but_are_no_turn(script: Script):
    with (
        RehearsalServer(script, faults=parse_faults("badargs"), pace=Pace(0)) as server,
        client_of(server) as client,
    ):
        broken = echo(ask(client))
        again = echo(ask(client, [*ASK, broken, *results(broken)]))

    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        json.loads(broken["tool_calls"][-1]["function"]["arguments"])
    assert json.loads(again["tool_calls"][0]["function"]["arguments"]) == dict(WRITE.arguments)


def test_a_restarted_server_takes_its_predecessors_messages(script: Script):
    with RehearsalServer(script, pace=Pace(0)) as one, client_of(one) as client:
        message = echo(ask(client))

    with RehearsalServer(script, pace=Pace(0)) as two, client_of(two) as client:
        second = ask(client, [*ASK, message, *results(message)])

    assert [call.function.name for call in second.choices[0].message.tool_calls] == ["submit"]


def test_many_sessions_are_answered_at_once(script: Script):
    with RehearsalServer(script, pace=Pace(400, 0.0)) as server:
        start = time.monotonic()
        threads = [threading.Thread(target=_once, args=(server,)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        took = time.monotonic() - start

    alone = server.served[0].count.completion / 400
    assert len(server.served) == 8
    assert took < 8 * alone


def _once(server: RehearsalServer) -> None:
    with client_of(server) as client:
        collect(ask(client, stream=True))


def test_closing_ends_a_stream_that_still_has_much_to_say(script: Script):
    start = time.monotonic()
    with RehearsalServer(script, pace=Pace(0.1, 0.0)) as server, client_of(server) as client:
        next(iter(ask(client, stream=True)))

    assert time.monotonic() - start < 5


def test_a_client_that_hung_up_first_does_not_disturb_the_closing(script: Script):
    with RehearsalServer(script) as server:
        port = int(server.url.rpartition(":")[2].partition("/")[0])
        gone = socket.create_connection(("127.0.0.1", port))
        gone.sendall(b"GET / HTTP/1.1\r\n")
        gone.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        gone.close()  # by a reset


def test_only_loopback_is_listened_on(server: RehearsalServer):
    port = int(server.url.split(":")[-1].split("/")[0])

    with socket.socket() as elsewhere:
        elsewhere.bind(("127.0.0.2", port))  # free: a server on every address would hold it

    assert server.url == f"http://127.0.0.1:{port}/v1"
