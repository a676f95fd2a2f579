"""A scripted HTTP server on a real socket: each request gets the next answer, byte for byte."""

import json
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

Answer = Callable[[BaseHTTPRequestHandler], None]


class Wire(ThreadingHTTPServer):
    """Keeps what it was asked: bodies and headers."""

    daemon_threads = False

    def __init__(self, answers: Sequence[Answer]) -> None:
        self.answers = list(answers)
        self.bodies: list[dict[str, Any]] = []
        self.heads: list[dict[str, str]] = []
        self.stopping = threading.Event()
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up in the middle is what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        asked = cast("Wire", self.server)
        asked.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        asked.heads.append({key.lower(): value for key, value in self.headers.items()})
        asked.answers[len(asked.bodies) - 1](self)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Say nothing."""


@contextmanager
def wire(*answers: Answer) -> Generator[Wire]:
    server = Wire(answers)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield server
    finally:
        server.stopping.set()
        server.shutdown()
        thread.join()
        server.server_close()


def status(code: int, body: str = "{}", kind: str = "application/json", **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(body.encode())))
        handler.send_header("Connection", "close")
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body.encode())

    return answer


def stream(*lines: str, pause: float = 0.0, hang: float = 0.0) -> Answer:
    """Lines as they are, each followed by a blank one; then silence, then the connection ends."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        stopping = cast("Wire", handler.server).stopping
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.send_header("Connection", "close")
        handler.end_headers()
        for line in lines:
            handler.wfile.write(f"{line}\n\n".encode())
            handler.wfile.flush()
            stopping.wait(pause)
        stopping.wait(hang)

    return answer


def delta(**fields: Any) -> str:
    return "data: " + json.dumps({"choices": [{"index": 0, "delta": fields}]})


def finish(reason: str = "stop") -> str:
    choice = {"index": 0, "delta": {}, "finish_reason": reason}
    return "data: " + json.dumps({"choices": [choice]})


def usage(prompt: int, completion: int, cached: int = 0) -> str:
    counted = {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "prompt_tokens_details": {"cached_tokens": cached},
    }
    return "data: " + json.dumps({"choices": [], "usage": counted})


DONE = "data: [DONE]"
HELLO = stream(delta(content="Hel"), delta(content="lo"), finish(), usage(1000, 100, 400), DONE)
