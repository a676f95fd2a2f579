"""PublicServer: the world behind real HTTP on loopback.

::

    with PublicServer() as server:
        server.world.put(*crowd(250))
        …  # read from server.url
"""

import json
import threading
import time
from collections.abc import Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self, cast
from urllib.parse import parse_qsl, urlsplit

from gastown.feedback.rehearsal.voices import JSON, VOICES, Question, Said
from gastown.feedback.rehearsal.world import Asked, Trouble, World

LOOPBACK = "127.0.0.1"
POLL_S = 0.05


class PublicServer:
    """A context manager; the port is taken when made, requests are answered inside the block."""

    def __init__(self, world: World | None = None, *, port: int = 0) -> None:
        self.world = world or World()
        self._http = _Http((LOOPBACK, port), self.world)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(POLL_S,))

    @property
    def url(self) -> str:
        """Where it is, with a slash at the end."""
        return f"http://{LOOPBACK}:{self._http.server_port}/"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()


class _Http(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], world: World) -> None:
        self.world = world
        super().__init__(address, _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that is gone is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def world(self) -> World:
        return cast("_Http", self.server).world

    def do_GET(self) -> None:
        self._answer({})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", "0")))
        try:
            found: Any = json.loads(body)
        except ValueError:
            found = {}
        self._answer(cast("Mapping[str, Any]", found) if isinstance(found, dict) else {})

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 — the library's name
        del format, args

    def _answer(self, body: Mapping[str, Any]) -> None:
        place = urlsplit(self.path)
        trouble = self.world.trouble() if "access_token" not in self.path else None
        home = f"http://{LOOPBACK}:{cast('_Http', self.server).server_port}"
        asked = Question(place.path, dict(parse_qsl(place.query)), body, home)
        voice = next((voice for start, voice in VOICES if place.path.startswith(start)), None)
        try:
            said = voice(self.world, asked) if voice else None
        except KeyError:
            said = None
        if said is None:
            self._send(HTTPStatus.NOT_FOUND, Said(b'{"message": "Not Found"}'))
            return
        if self.world.raw:
            said = Said(self.world.raw.encode(errors="surrogatepass"), said.kind)
        if trouble is not None:
            self._meet(trouble, said)
        elif self.headers.get("if-none-match") == said.tag:
            self._send(HTTPStatus.NOT_MODIFIED, Said(b"", said.kind, {"ETag": said.tag}))
        else:
            kept = Said(said.body, said.kind, {**said.headers, "ETag": said.tag})
            self._send(HTTPStatus.OK, kept)

    def _meet(self, trouble: Trouble, said: Said) -> None:
        if trouble == "cut":
            self._send(HTTPStatus.OK, said, missing=len(said.body) // 2)
        elif trouble == "broken":
            self._send(HTTPStatus.OK, Said(said.body[: len(said.body) // 2], said.kind))
        else:
            self._send(*_refusal(trouble, self.world))

    def _send(self, status: int, said: Said, missing: int = 0) -> None:
        headers = dict(self.headers.items())
        with self.world.lock:
            self.world.asked.append(Asked(self.command, self.path, headers, int(status)))
        self.send_response(status)
        for name, value in {"Content-Type": said.kind, **said.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(said.body)))
        self.end_headers()
        self.wfile.write(said.body[: len(said.body) - missing])
        if missing:
            self.close_connection = True


def _refusal(trouble: Trouble, world: World) -> tuple[int, Said]:
    """How a source that is whole says no."""
    after, no = f"{world.retry_after:g}", b'{"message": "no"}'
    reset = str(int(world.reset or time.time() + world.retry_after))
    used = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset}
    known: Mapping[str, tuple[int, Said]] = {
        "rate-limit": (HTTPStatus.FORBIDDEN, Said(no, JSON, used)),
        "secondary": (HTTPStatus.FORBIDDEN, Said(no, JSON, {"Retry-After": after})),
        "too-many": (HTTPStatus.TOO_MANY_REQUESTS, Said(f'{{"retry_after": {after}}}'.encode())),
        "forbidden": (HTTPStatus.FORBIDDEN, Said(no)),
        "gone": (HTTPStatus.NOT_FOUND, Said(no)),
        "down": (HTTPStatus.INTERNAL_SERVER_ERROR, Said(b"oops", "text/plain")),
        "nonsense": (HTTPStatus.OK, Said(b'"what?"', JSON)),
    }
    return known[trouble]
