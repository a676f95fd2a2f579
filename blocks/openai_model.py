"""OpenAIModel: the Model protocol over any endpoint that speaks OpenAI's chat completions.

Always streamed: an answer that takes minutes shows life, a stall is noticed, and a session's time
can end it. One layer retries, `Patient` above this one; the client's own retries are off.
"""

import json
import re
import time
import weakref
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, cast
from urllib.parse import urlsplit

import httpx2  # what the openai client (3.x) speaks
from openai import APIConnectionError, APIStatusError, DefaultHttpxClient, OpenAI

from blocks.assembly import Assembly
from blocks.retry import retry_after
from blocks.sse import events
from gastown.agents.context import CHARS_PER_TOKEN, size
from gastown.agents.protocols import Ask, Completion, EditProtocol
from gastown.agents.transcript import Redactor
from gastown.errors import ModelError
from gastown.money.prices import Prices, cost
from gastown.stage import Usage

CONNECT_S = 10.0
SHOWN = 200  # characters of a nonsense answer in its error
MAX_BODY = 8 * 1024 * 1024
TRANSIENT = frozenset({408, 409, 425, 429})
SERVER_ERROR = 500
SPENT_QUOTA = "insufficient_quota"  # a 429 that no waiting cures


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a model is asked and what is known of it. `context` and `max_output` are tokens."""

    name: str
    url: str
    model: str
    protocol: EditProtocol
    context: int
    max_output: int
    prices: Prices
    stall_s: float = 60.0
    api_key: str | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)


class OpenAIModel:
    """A Model. Safe for one session at a time; its connections close when it is forgotten."""

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = endpoint.name
        self.protocol: EditProtocol = endpoint.protocol
        self.context = endpoint.context
        self.max_output = endpoint.max_output
        self.secrets = (endpoint.api_key,) if endpoint.api_key else ()
        self._endpoint = endpoint
        self._clock = clock
        self._scrub = Redactor(self.secrets)
        self._client = _client(endpoint)
        weakref.finalize(self, self._client.close)

    def complete(self, ask: Ask, on_text: Callable[[str], None] | None = None) -> Completion:
        """Answer; one request.

        `on_text` is called for every event of the stream, with the text it brought, if any.

        Raises:
            ModelError: No answer; names the endpoint and what it said.
        """
        end = float("inf") if ask.seconds is None else self._clock() + ask.seconds
        answer = Assembly()
        try:
            with self._send(ask, end) as response:
                self._receive(response, answer, end, on_text or _ignore)
        except APIStatusError as error:
            raise self._status_error(error) from error
        except (APIConnectionError, httpx2.HTTPError) as error:
            if self._clock() < end:
                raise self._error(
                    self._broken(error), retryable=True, billed=not _unsent(error)
                ) from error
        return self._completion(ask, answer)

    def _send(self, ask: Ask, end: float) -> Any:
        body: dict[str, Any] = {
            "model": self._endpoint.model,
            "messages": list(ask.messages),
            "max_tokens": ask.max_tokens,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        if ask.tools:
            # Only "auto": thinking modes refuse a forced call, and llama.cpp ignores it.
            body |= {"tools": list(ask.tools), "tool_choice": "auto"}
        if ask.schema is not None:
            shape = {"name": "answer", "schema": dict(ask.schema)}
            body["response_format"] = {"type": "json_schema", "json_schema": shape}
        silence = max(0.001, min(self._endpoint.stall_s, end - self._clock()))
        create = cast("Any", self._client.chat.completions.with_streaming_response.create)
        return create(
            **body,
            extra_headers=session_headers(ask.session),
            timeout=httpx2.Timeout(silence, connect=min(CONNECT_S, silence)),
        )

    def _receive(
        self, response: Any, answer: Assembly, end: float, on_text: Callable[[str], None]
    ) -> None:
        """Fill `answer` until it is complete, or the time is up: then it has no finish reason."""
        for event in self._events(self._in_time(response.iter_bytes(), end)):
            if event.strip() == "[DONE]":
                answer.finish = answer.finish or ("stop" if answer.choices else "")
                break
            on_text(answer.feed(self._parsed(event)))
        if answer.finish or self._clock() >= end:
            return
        cut = "the stream was cut before the answer's end"
        raise self._error(cut if answer.choices else "answered without any choice", retryable=True)

    def _in_time(self, chunks: Iterator[bytes], end: float) -> Iterator[bytes]:
        """An endpoint that only sends comments would else keep a session for ever."""
        for chunk in chunks:
            yield chunk
            if self._clock() >= end:
                return

    def _events(self, chunks: Iterator[bytes]) -> Iterator[str]:
        """Events of a stream; an endpoint that does not stream sends one document."""
        head = next(chunks, b"")
        start = head.lstrip()[:1]
        if start in {b"d", b":", b"e", b"i", b"r"}:  # data, a comment, event, id, retry
            yield from events(chain([head], chunks))
            return
        body = head
        for chunk in chunks:
            body += chunk
            if len(body) > MAX_BODY:
                break
        yield body.decode(errors="replace")

    def _parsed(self, event: str) -> Mapping[str, Any]:
        try:
            piece = json.loads(event)
        except (ValueError, RecursionError):
            piece = None
        if not isinstance(piece, dict):
            raise self._error(
                f"sent no chat completion but {event[:SHOWN]!r}; is the endpoint's URL right?",
                retryable=True,
            )
        known = cast("dict[str, Any]", piece)
        if known.get("error"):
            raise self._error(f"failed: {json.dumps(known['error'])[:SHOWN]}", retryable=True)
        return known

    def _completion(self, ask: Ask, answer: Assembly) -> Completion:
        message = answer.finished()
        return Completion(
            message=message,
            text=answer.text,
            calls=answer.calls(),
            finish=answer.finish or "time",
            usage=_usage(ask, message, answer.usage, self._endpoint.prices),
        )

    def _status_error(self, error: APIStatusError) -> ModelError:
        status = error.status_code
        transient = status in TRANSIENT or status >= SERVER_ERROR
        return self._error(
            f"HTTP {status}: {error.message[:SHOWN]}",
            retryable=transient and error.code != SPENT_QUOTA,
            retry_after=retry_after(error.response.headers),
            billed=False,
        )

    def _broken(self, error: APIConnectionError | httpx2.HTTPError) -> str:
        cause = error.__cause__ if isinstance(error, APIConnectionError) else error
        if isinstance(cause, httpx2.ReadTimeout):
            return f"stalled: it sent nothing for {self._endpoint.stall_s:g} s"
        return f"{type(cause).__name__}: {cause}"

    def _error(
        self, what: str, *, retryable: bool, retry_after: float | None = None, billed: bool = True
    ) -> ModelError:
        place = f"model {self.name} at {self._endpoint.url}"
        text = self._scrub(f"{place}: {what}")
        return ModelError(text, retryable=retryable, retry_after=retry_after, billed=billed)


def _unsent(error: APIConnectionError | httpx2.HTTPError) -> bool:
    """Whether there was no connection, so that the endpoint never saw the request."""
    cause = error.__cause__ if isinstance(error, APIConnectionError) else error
    return isinstance(cause, httpx2.ConnectError | httpx2.ConnectTimeout)


def _client(endpoint: Endpoint) -> OpenAI:
    local = urlsplit(endpoint.url).hostname in {"localhost", "127.0.0.1", "::1"}
    client = OpenAI(
        base_url=endpoint.url,
        api_key=endpoint.api_key or "none",
        max_retries=0,
        default_headers={"User-Agent": "hybrid-gas-town", **endpoint.headers},
        http_client=DefaultHttpxClient(trust_env=not local),
    )
    # What the environment says of OpenAI (as for the key above) belongs to another endpoint.
    client.organization = client.project = None
    return client


def session_headers(session: Mapping[str, str]) -> dict[str, str]:
    """`X-Town-Role` and so on, for the endpoint's logs and for rehearsals."""
    return {
        f"X-Town-{key.title()}": re.sub(r"[^ -~]", "?", value)
        for key, value in session.items()
        if value
    }


def _usage(
    ask: Ask, message: Mapping[str, Any], told: Mapping[str, Any] | None, prices: Prices
) -> Usage:
    """What the endpoint counted, or three characters a token where it does not count."""
    if told is None:
        sent = sum(map(size, ask.messages)) + len(json.dumps(ask.tools))
        said = len(json.dumps(dict(message), ensure_ascii=False))
        counted = Usage(
            requests=1,
            input_tokens=sent // CHARS_PER_TOKEN,
            output_tokens=said // CHARS_PER_TOKEN,
        )
    else:
        details: Any = told.get("prompt_tokens_details")
        known = cast("Mapping[str, Any]", details if isinstance(details, Mapping) else {})
        counted = Usage(
            requests=1,
            input_tokens=_count(told.get("prompt_tokens")),
            cached_tokens=_count(known.get("cached_tokens")),
            output_tokens=_count(told.get("completion_tokens")),
        )
    return counted.model_copy(update={"micro_usd": cost(counted, prices)})


def _count(value: Any) -> int:
    return value if isinstance(value, int) and value > 0 else 0


def _ignore(_: str) -> None:
    return None
