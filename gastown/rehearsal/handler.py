"""Http and Handler: the sockets of a rehearsal. What is said comes from the prompter."""

import socket
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

from gastown.errors import RehearsalError
from gastown.rehearsal.faults import Fault
from gastown.rehearsal.pace import Pace
from gastown.rehearsal.prompter import Line, Prompter
from gastown.rehearsal.wire import completion, error_body, models_body, pieces

HTML = "<html><body><h1>502 Bad Gateway</h1></body></html>"
JSON_TYPE, HTML_TYPE, STREAM_TYPE = "application/json", "text/html", "text/event-stream"


class Http(ThreadingHTTPServer):
    """One thread per connection; closing it ends every connection and joins every thread."""

    daemon_threads = False
    request_queue_size = 128

    def __init__(
        self,
        address: tuple[str, int],
        *,
        prompter: Prompter,
        pace: Pace,
        note: Callable[[Line], None],
        api_key: str = "",
    ) -> None:
        self.prompter = prompter
        self.api_key = api_key
        self.pace = pace
        self.note = note
        self.stopping = threading.Event()
        self._connections: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__(address, Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember the connection, so that `hang_up` finds it."""
        with self._lock:
            self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget the connection."""
        with self._lock:
            self._connections.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """End every wait and every connection, idle or not."""
        self.stopping.set()
        with self._lock:
            for connection in self._connections:
                with suppress(OSError):  # the client was quicker
                    connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no error of ours."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    """Speaks to one client; `do_GET` and `do_POST` are names the library asks for."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    @property
    def _http(self) -> Http:
        return cast("Http", self.server)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Say nothing: what was served is kept by the server."""

    def do_GET(self) -> None:
        """`/v1/models`."""
        if not self._may_ask():
            return
        if self.path == "/v1/models":
            self._send(200, models_body())
        else:
            self._refuse(RehearsalError(f"no page {self.path}", status=404, code="not_found"))

    def do_POST(self) -> None:
        """`/v1/chat/completions`."""
        started = time.monotonic()
        length = self.headers.get("Content-Length", "")
        body = self.rfile.read(int(length) if length.isdecimal() else 0)
        if not self._may_ask():
            return
        if self.path != "/v1/chat/completions":
            self._refuse(RehearsalError(f"no page {self.path}", status=404, code="not_found"))
            return
        try:
            headers = {name.title(): value for name, value in self.headers.items()}
            line = self._http.prompter.prompt(headers, body)
        except RehearsalError as error:
            self._refuse(error)
            return
        self._http.note(line)
        self._say(line, started)

    def _may_ask(self) -> bool:
        """Whether the request carries the server's key, if it wants one; else it was refused."""
        wanted = f"Bearer {self._http.api_key}"
        if not self._http.api_key or self.headers.get("Authorization") == wanted:
            return True
        self._refuse(RehearsalError("no such API key", status=401, code="invalid_api_key"))
        return False

    def _say(self, line: Line, started: float) -> None:
        match line.fault.kind if line.fault else "":
            case "429" | "500" as status:
                self._fail(int(status), cast("Fault", line.fault))
            case "html":
                self._send(200, HTML, kind=HTML_TYPE)
            case _ if line.request.stream:
                self._stream(line, started)
            case _:
                self._whole(line, started)

    def _fail(self, status: int, fault: Fault) -> None:
        code = "rate_limit_exceeded" if fault.kind == "429" else "internal_error"
        error = RehearsalError("a fault of the rehearsal's plan", status=status, code=code)
        extra = {"Retry-After": f"{fault.retry_after_s:g}"} if fault.kind == "429" else {}
        self._send(status, error_body(error), extra=extra)

    def _refuse(self, error: RehearsalError) -> None:
        self._send(error.status, error_body(error))

    def _whole(self, line: Line, started: float) -> None:
        text = completion(line.ident, line.request.model, line.message, line.count)
        kind = line.fault.kind if line.fault else ""
        if not self._wait(started + self._http.pace.due(line.count.completion)):
            return
        if kind == "stall":
            self._break_off(cast("Fault", line.fault))
        elif kind == "cut":
            self._send(200, text, cut=True)
        else:
            self._send(200, text[: len(text) // 2] if kind == "badjson" else text)

    def _stream(self, line: Line, started: float) -> None:
        self._head(200, {"Content-Type": STREAM_TYPE, "Transfer-Encoding": "chunked"})
        count = line.count if line.request.wants_usage else None
        half = line.count.completion / 2
        for piece in pieces(line.ident, line.request.model, line.message, count):
            if line.fault and line.fault.kind != "badargs" and piece.said >= half:
                self._spoil(line.fault)
                return
            if not self._wait(started + self._http.pace.due(piece.said)):
                return
            self._chunk(f"data: {piece.data}\n\n")
        self._chunk("")

    def _spoil(self, fault: Fault) -> None:
        """End a stream in its middle in the fault's way."""
        if fault.kind == "badjson":
            self._chunk('data: {"id": "rehearsal", "choices": [{"ind\n\n')
            self._chunk("")
        else:
            self._break_off(fault)

    def _break_off(self, fault: Fault) -> None:
        self.close_connection = True
        if fault.kind == "stall":
            self._http.stopping.wait(fault.silence_s)

    def _wait(self, until: float) -> bool:
        """Sleep until that monotonic time; False when the server stops meanwhile."""
        left = until - time.monotonic()
        if left > 0 and self._http.stopping.wait(left):
            self.close_connection = True
            return False
        return True

    def _chunk(self, text: str) -> None:
        body = text.encode()
        self.wfile.write(b"%x\r\n%b\r\n" % (len(body), body))

    def _send(
        self,
        status: int,
        text: str,
        *,
        kind: str = JSON_TYPE,
        extra: Mapping[str, str] | None = None,
        cut: bool = False,
    ) -> None:
        body = text.encode()
        self._head(
            status, {"Content-Type": kind, "Content-Length": str(len(body)), **(extra or {})}
        )
        self.wfile.write(body[: len(body) // 2] if cut else body)
        self.close_connection |= cut

    def _head(self, status: int, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
