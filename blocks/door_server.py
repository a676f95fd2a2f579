"""DoorServer: the door's unix socket, and how one request is carried to the endpoint and back."""

import json
import socket
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingMixIn, UnixStreamServer
from typing import Any, Protocol, cast

import httpx2

from blocks.counting import Counter
from blocks.door_wire import Asked, adjusted, allowed, is_free, keys, short
from blocks.openai_model import SERVER_ERROR, SPENT_QUOTA, TRANSIENT, Endpoint
from blocks.sse import events
from gastown.agents.external.door import HOLD
from gastown.agents.stops import Stop, Unpaid
from gastown.stage import Usage

MAX_BODY = 32 << 20  # bytes of a request
_SHOWN = 2_000  # characters of a refusal, in which its reason is looked for
_PASSED = frozenset(
    {"accept", "content-type", "anthropic-version", "anthropic-beta", "openai-beta", "user-agent"}
)


@dataclass(slots=True, eq=False)
class Flight:
    """One request on its way; `status` is 0 until the endpoint answers.

    `whole` says that its answer came to its end, `unsent` that the endpoint never saw it, `said`
    what went wrong.
    """

    path: str
    asked: Asked
    counter: Counter
    status: int = 0
    whole: bool = False
    unsent: bool = False
    said: str = ""
    wire: httpx2.Response | None = None

    @property
    def refused(self) -> bool:
        """Whether the endpoint said no, or could say nothing."""
        return self.status == 0 or self.status >= HTTPStatus.BAD_REQUEST

    @property
    def billed(self) -> bool:
        """Whether its provider may charge for it."""
        return not (self.unsent or self.status >= HTTPStatus.BAD_REQUEST or is_free(self.path))

    @property
    def busy(self) -> str:
        """Why the endpoint gave no answer, where it may give one later; else empty."""
        if not self.refused or SPENT_QUOTA in self.said:
            return ""
        later = self.status == 0 or self.status in TRANSIENT or self.status >= SERVER_ERROR
        return (f"HTTP {self.status}" if self.status else self.said) if later else ""

    def usage(self) -> Usage:
        """What it used so far; a refused request uses nothing."""
        nothing = self.refused or is_free(self.path)
        return Usage(requests=1) if nothing else self.counter.usage()

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

    def headers(self) -> dict[str, str]:
        """Headers of every request."""
        ...

    def most(self) -> int:
        """Tokens that an answer may have."""
        ...

    def begin(self, flight: "Flight") -> Stop | None:
        """Let a request go, or say which limit stands in its way."""
        ...

    def streamed(self) -> None:
        """A piece of an answer came."""
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
        path = short(self.path, state.endpoint.model)
        if not allowed(method, path):
            self._refuse(404, f"the door leads to the model alone, not to {method} {path}")
        elif method == "POST":
            self._ask(path, body)
        else:
            self._send(Flight(path, Asked(b"", 0), Counter(0)), method)

    def _ask(self, path: str, body: bytes) -> None:
        """Send a question on, if limits and money let it go."""
        state = self._door.state
        try:
            asked = adjusted(body, path, state.endpoint.model, state.most())
        except ValueError as error:
            self._refuse(400, str(error))
            return
        flight = Flight(path, asked, Counter(len(asked.body)))
        if stop := state.begin(flight):
            unpaid = isinstance(stop, Unpaid)
            self._refuse(402 if unpaid else 403, f"limit reached: {stop}")
            return
        try:
            self._send(flight, "POST")
        finally:
            state.settle(flight)

    def _send(self, flight: Flight, method: str) -> None:
        try:
            self._exchange(method, flight)
        except httpx2.HTTPError as error:
            self.close_connection = True
            flight.unsent = isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout)
            flight.said = f"{type(error).__name__}: {error}"
            if not flight.status:
                self._refuse(502, flight.said)

    def _exchange(self, method: str, flight: Flight) -> None:
        state = self._door.state
        url = f"{state.endpoint.url.rstrip('/')}{flight.path}"
        headers = {**self._passed(), **state.headers(), **keys(state.endpoint.api_key)}
        with self._door.client.stream(
            method, url, headers=headers, content=flight.asked.body
        ) as answer:
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
                said = b"".join(told).decode(errors="replace")
                flight.counter.feed(said)
                flight.said = said[:_SHOWN] if flight.refused else ""
            flight.whole = True
            state.settle(flight)  # before its end is told: the next request meets the limits
            self.wfile.write(b"0\r\n\r\n")

    def _echoed(self, chunks: Iterator[bytes], *, streamed: bool) -> Iterator[bytes]:
        """Each piece as it comes, given to the agent first.

        One that leaves ends its stream; what is whole already is counted all the same.
        """
        for chunk in filter(None, chunks):
            self._door.state.streamed()
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
        kind = SPENT_QUOTA if status == HTTPStatus.PAYMENT_REQUIRED else "town"
        said = {"message": message, "type": kind, "code": kind}
        body = json.dumps({"type": "error", "error": said}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
