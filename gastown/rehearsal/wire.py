"""The OpenAI chat-completions wire: requests as values, answers as the JSON a server sends."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gastown.errors import RehearsalError
from gastown.rehearsal.echo import SEAL
from gastown.rehearsal.tokens import CHARS_PER_TOKEN, tokens
from gastown.rehearsal.turn import Cue, Turn

MODEL = "rehearsal"
PIECE = 4 * CHARS_PER_TOKEN  # characters of one streamed piece: small, yet few writes a second


class StreamOptions(BaseModel):
    """Whether the stream ends with a chunk of usage."""

    include_usage: bool = False


class ChatRequest(BaseModel):
    """What a rehearsal reads of a request; everything else is accepted and has no effect."""

    model_config = ConfigDict(extra="ignore")

    model: str = MODEL
    messages: list[dict[str, Any]] = Field(min_length=1)
    tools: list[dict[str, Any]] = Field(default_factory=list[dict[str, Any]])
    stream: bool = False
    stream_options: StreamOptions | None = None

    @property
    def tool_names(self) -> frozenset[str]:
        """Names of the functions offered."""
        return frozenset(str(tool.get("function", {}).get("name")) for tool in self.tools)

    @property
    def wants_usage(self) -> bool:
        """Whether usage is to be streamed."""
        return self.stream_options is not None and self.stream_options.include_usage


class TokenCount(NamedTuple):
    """Tokens of one request and its answer; `cached` of `prompt` were seen before."""

    prompt: int
    cached: int
    completion: int


class Piece(NamedTuple):
    """One event of a stream, and how many tokens have been said once it is out."""

    data: str
    said: float


def parse_request(body: bytes) -> ChatRequest:
    """Read a request. Raises RehearsalError (400) naming the field at fault."""
    try:
        return ChatRequest.model_validate_json(body)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "body"
        message = f"{where}: {first['msg']}"
        raise RehearsalError(message, status=400, code="invalid_request") from None


def message_of(turn: Turn, cue: Cue) -> dict[str, Any]:
    """The assistant message of a turn, not yet sealed; ids are the same on every replay."""
    message: dict[str, Any] = {"role": "assistant", "content": turn.text or None}
    if turn.calls:
        stem = f"call_{cue.key}_{cue.round}_{cue.turn}"
        message["tool_calls"] = [
            _tool_call(
                f"{stem}_{n}", call.name, json.dumps(dict(call.arguments), ensure_ascii=False)
            )
            for n, call in enumerate(turn.calls)
        ]
    return message


def broken(message: Mapping[str, Any]) -> dict[str, Any]:
    """The message as a confused model would write it: the last arguments, or the text, break off.

    What is left is never valid JSON where JSON was.
    """
    calls = message.get("tool_calls")
    if not calls:
        text = message["content"] or ""
        return {**message, "content": text[: len(text) // 2]}
    function = calls[-1]["function"]
    half = function["arguments"][: len(function["arguments"]) // 2]
    return {
        **message,
        "tool_calls": [*calls[:-1], {**calls[-1], "function": {**function, "arguments": half}}],
    }


def output_tokens(message: Mapping[str, Any]) -> int:
    """Tokens a model would have said: text, names and arguments; the seal is free."""
    calls = [call["function"] for call in message.get("tool_calls", [])]
    written = sum(len(call["name"]) + len(call["arguments"]) for call in calls)
    return tokens(len(message["content"] or "") + written)


def completion(ident: str, model: str, message: Mapping[str, Any], count: TokenCount) -> str:
    """The answer as one JSON document."""
    choice = {"index": 0, "message": message, "finish_reason": _finish(message), "logprobs": None}
    return json.dumps(
        {**_head(ident, model, "chat.completion"), "choices": [choice], "usage": usage(count)}
    )


def pieces(
    ident: str, model: str, message: Mapping[str, Any], count: TokenCount | None
) -> Iterator[Piece]:
    """The answer as events of a stream, ending with `[DONE]`; usage only where counted."""
    head = _head(ident, model, "chat.completion.chunk")

    def event(delta: Mapping[str, Any], finish: str | None = None) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        return json.dumps({**head, "choices": [choice]})

    chars, said = 0, 0.0
    for delta, more in _deltas(message):
        chars += more
        said = chars / CHARS_PER_TOKEN
        yield Piece(event(delta), said)
    yield Piece(event({}, _finish(message)), said)
    if count is not None:
        yield Piece(json.dumps({**head, "choices": [], "usage": usage(count)}), said)
    yield Piece("[DONE]", said)


def usage(count: TokenCount) -> dict[str, Any]:
    """The `usage` object."""
    return {
        "prompt_tokens": count.prompt,
        "completion_tokens": count.completion,
        "total_tokens": count.prompt + count.completion,
        "prompt_tokens_details": {"cached_tokens": count.cached},
    }


def error_body(error: RehearsalError) -> str:
    """An error in OpenAI's shape."""
    kind = "invalid_request_error" if error.status < 500 else "server_error"  # noqa: PLR2004 - HTTP
    inner = {"message": str(error), "type": kind, "param": None, "code": error.code}
    return json.dumps({"error": inner})


def models_body() -> str:
    """The list of models: one, called by its name."""
    model = {"id": MODEL, "object": "model", "created": 0, "owned_by": "gastown"}
    return json.dumps({"object": "list", "data": [model]})


def _head(ident: str, model: str, kind: str) -> dict[str, Any]:
    return {"id": ident, "object": kind, "created": 0, "model": model}


def _finish(message: Mapping[str, Any]) -> str:
    return "tool_calls" if message.get("tool_calls") else "stop"


def _tool_call(ident: str, name: str, arguments: str) -> dict[str, Any]:
    return {"id": ident, "type": "function", "function": {"name": name, "arguments": arguments}}


def _deltas(message: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], int]]:
    """Deltas in the order a reasoning model sends them, each with the characters it costs."""
    yield {"role": "assistant", "content": ""}, 0
    for piece in _cut(message.get(SEAL) or ""):
        yield {SEAL: piece}, 0
    for piece in _cut(message["content"] or ""):
        yield {"content": piece}, len(piece)
    for index, call in enumerate(message.get("tool_calls", [])):
        function = call["function"]
        opening = {**call, "index": index, "function": {**function, "arguments": ""}}
        yield {"tool_calls": [opening]}, len(function["name"])
        for piece in _cut(function["arguments"]):
            more = {"index": index, "function": {"arguments": piece}}
            yield {"tool_calls": [more]}, len(piece)


def _cut(text: str) -> Iterator[str]:
    return (text[at : at + PIECE] for at in range(0, len(text), PIECE))
