"""DoorServer: the door's unix socket, and how one request is carried to the endpoint and back."""

import json
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingMixIn, UnixStreamServer
from typing import Any, Protocol, cast

import httpx2

from blocks.counting import Counter
from blocks.openai_model import Endpoint
from blocks.sse import events
from gastown.agents.external.door import HOLD
from gastown.agents.stops import Stop
from gastown.stage import Usage

MAX_BODY = 32 << 20  # bytes of a request
_VERSIONS = ("/v1beta", "/v1")
_PASSED = frozenset(
    {"accept", "content-type", "anthropic-version", "anthropic-beta", "openai-beta", "user-agent"}
)
_ASK = frozenset({"/chat/completions", "/completions", "/responses", "/messages"})
_READ = frozenset({"/models"})
_GOOGLE = "/models/"
_VERBS = frozenset({"generateContent", "streamGenerateContent", "countTokens"})


@dataclass(slots=True, eq=False)
class Flight:
    """One request on its way; `status` is 0 until the endpoint answers."""

    path: str
    counter: Counter
    status: int = 0
    wire: httpx2.Response | None = None

    def usage(self) -> Usage:
        """What it used so far; a refused request uses nothing."""
        refused = self.status == 0 or self.status >= HTTPStatus.BAD_REQUEST
        return Usage(requests=1) if refused else self.counter.usage()

    def cut(self) -> None:
        """Hang up on the endpoint, so that it does not go on for nobody."""
        if self.wire is not None:
            with suppress(OSError, KeyError, AttributeError):
                stream = self.wire.extensions["network_stream"]
                stream.get_extra_info("socket").shutdown(socket.SHUT_RDWR)


class State(Protocol):
    """What a session knows and counts."""

    endpoint: Endpoint
    closing: Any

    def admit(self) -> Stop | None:
        """A limit that stands in the way of one request more."""
        ...

    def headers(self) -> dict[str, str]:
        """Headers of every request."""
        ...

    def most(self) -> int:
        """Tokens that an answer may have."""
        ...

    def begin(self, flight: "Flight") -> None:
        """A request is on its way."""
        ...

    def settle(self, flight: "Flight") -> None:
        """Add what a request used; one that never began, or was settled, adds nothing."""
        ...


class DoorServer(ThreadingMixIn, UnixStreamServer):
    """One thread a connection; `hang_up` ends them all."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, path: Path, client: httpx2.Client, state: State) -> None:
        self.client = client
        self.state = state
        self._open: set[socket.socket] = set()
        super().__init__(str(path), _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember the connection."""
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget the connection."""
        self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """End every connection."""
        for one in list(self._open):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:  # it ended by itself
                continue

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away, or was cut off, is no error of ours."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def _door(self) -> DoorServer:
        return cast("DoorServer", self.server)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Say nothing: the session's transcript has it."""

    def do_GET(self) -> None:
        """The list of models; and the connection that is held until the agent is to end."""
        if self.path == HOLD:
            self.close_connection = True
            self._door.state.closing.wait()
        else:
            self._carry("GET", b"")

    def do_POST(self) -> None:
        """A question to the model."""
        length = self.headers.get("Content-Length", "")
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            body = self._chunks()
        else:
            body = self.rfile.read(min(int(length), MAX_BODY + 1) if length.isdecimal() else 0)
        if len(body) > MAX_BODY:
            self._refuse(413, f"a request of more than {MAX_BODY} bytes")
            return
        self._carry("POST", body)

    def _carry(self, method: str, body: bytes) -> None:
        """Send a request on and its answer back, counting both."""
        state = self._door.state
        path = _short(self.path, state.endpoint.model)
        if not _allowed(method, path):
            self._refuse(404, f"the door leads to the model alone, not to {method} {path}")
            return
        stop = state.admit() if method == "POST" else None
        if stop:
            self._refuse(403, f"limit reached: {stop}")
            return
        sent = _adjusted(body, path, state)
        flight = Flight(path, Counter(len(sent)))
        if method == "POST":
            state.begin(flight)
        try:
            self._exchange(method, sent, flight)
        except httpx2.HTTPError as error:
            self.close_connection = True
            if not flight.status:
                self._refuse(502, f"{type(error).__name__}: {error}")
        finally:
            state.settle(flight)

    def _exchange(self, method: str, body: bytes, flight: Flight) -> None:
        state = self._door.state
        url = f"{state.endpoint.url.rstrip('/')}{flight.path}"
        headers = {**self._passed(), **state.headers(), **_keys(state.endpoint.api_key)}
        with self._door.client.stream(method, url, headers=headers, content=body) as answer:
            flight.status, flight.wire = answer.status_code, answer
            kind = answer.headers.get("content-type", "application/json")
            self.send_response(answer.status_code)
            self.send_header("Content-Type", kind)
            if retry := answer.headers.get("retry-after"):
                self.send_header("Retry-After", retry)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            streamed = "event-stream" in kind
            told = self._echoed(answer.iter_bytes(), streamed=streamed)
            if streamed:
                for event in events(told):
                    flight.counter.feed(event)
            else:
                flight.counter.feed(b"".join(told).decode(errors="replace"))
            state.settle(flight)  # before its end is told: the next request meets the limits
            self.wfile.write(b"0\r\n\r\n")

    def _echoed(self, chunks: Iterator[bytes], *, streamed: bool) -> Iterator[bytes]:
        """Each piece as it comes, given to the agent first.

        One that leaves ends its stream; what is whole already is counted all the same.
        """
        for chunk in filter(None, chunks):
            try:
                self.wfile.write(b"%x\r\n%b\r\n" % (len(chunk), chunk))
            except OSError:
                if streamed:
                    raise
            yield chunk

    def _passed(self) -> dict[str, str]:
        return {k: v for k, v in self.headers.items() if k.lower() in _PASSED}

    def _chunks(self) -> bytes:
        body = b""
        while size := int(self.rfile.readline().split(b";")[0].strip() or b"0", 16):
            body += self.rfile.read(min(size, MAX_BODY + 1))
            self.rfile.readline()
            if len(body) > MAX_BODY:
                self.close_connection = True
                return body
        self.rfile.readline()
        return body

    def _refuse(self, status: int, message: str) -> None:
        body = json.dumps({"error": {"message": message, "type": "town"}}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _short(path: str, model: str) -> str:
    """The path without the version, which is part of the endpoint's address, nor a query.

    Google's wire names the model in the path, and asks for events in the query.
    """
    bare, _, query = path.partition("?")
    for version in _VERSIONS:
        if bare.startswith(f"{version}/"):
            bare = bare.removeprefix(version)
            break
    verb = bare.rpartition(":")[2]
    if not (bare.startswith(_GOOGLE) and verb in _VERBS):
        return bare
    return f"{_GOOGLE}{model}:{verb}" + ("?alt=sse" if "alt=sse" in query else "")


def _allowed(method: str, path: str) -> bool:
    return path in _READ if method == "GET" else path in _ASK or _is_google(path)


def _keys(key: str | None) -> dict[str, str]:
    """The endpoint's key, in the manner of each wire."""
    return (
        {"Authorization": f"Bearer {key}", "x-api-key": key, "x-goog-api-key": key} if key else {}
    )


def _is_google(path: str) -> bool:
    return path.startswith(_GOOGLE) and path.partition("?")[0].rpartition(":")[2] in _VERBS


def _adjusted(body: bytes, path: str, state: State) -> bytes:
    """The request under the row's model name, with an end to its answer, and to be counted."""
    try:
        asked = json.loads(body)
    except (ValueError, RecursionError):
        return body
    if not isinstance(asked, dict):
        return body
    if path.startswith(_GOOGLE):
        return json.dumps(_ended(cast("dict[str, Any]", asked), state.most())).encode()
    request = {**cast("dict[str, Any]", asked), "model": state.endpoint.model}
    request |= _limit(request, path, state.most())
    if path == "/chat/completions" and request.get("stream"):
        told = request.get("stream_options")
        known = cast("Mapping[str, Any]", told if isinstance(told, Mapping) else {})
        request["stream_options"] = {**known, "include_usage": True}
    return json.dumps(request).encode()


def _ended(request: Mapping[str, Any], most: int) -> dict[str, Any]:
    """Google's request with an end to its answer."""
    told = request.get("generationConfig")
    known = cast("Mapping[str, Any]", told if isinstance(told, Mapping) else {})
    wanted = known.get("maxOutputTokens")
    end = min(wanted, most) if isinstance(wanted, int) and wanted > 0 else most
    return {**request, "generationConfig": {**known, "maxOutputTokens": end}}


def _limit(request: Mapping[str, Any], path: str, most: int) -> dict[str, int]:
    """The field by which this wire ends an answer, never above what is left."""
    names = {"/responses": "max_output_tokens"}
    name = names.get(path, "max_tokens")
    if path == "/chat/completions" and "max_completion_tokens" in request:
        name = "max_completion_tokens"
    wanted = request.get(name)
    return {name: min(wanted, most) if isinstance(wanted, int) and wanted > 0 else most}
