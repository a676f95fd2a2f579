"""An endpoint that keeps what it is sent and answers as it is told, and a door that leads to it."""

import http.client
import json
import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self, cast

from blocks.door import EndpointDoor, Session
from gastown.agents.protocols import Limits
from gastown.money.metered import Meter
from tests.blocks.agents import KEY, endpoint

USAGE = {"usage": {"prompt_tokens": 9, "completion_tokens": 1}}


class Upstream(HTTPServer):
    """An endpoint that keeps what it was sent; `answers` are statuses, bodies, or a cut stream."""

    def __init__(self, *answers: tuple[int, object] | None) -> None:
        self.seen: list[tuple[str, dict[str, str], dict[str, object]]] = []
        self.answers = list(answers)
        super().__init__(("127.0.0.1", 0), Answering)
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class Answering(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        headers = {name.lower(): value for name, value in self.headers.items()}
        upstream = cast("Upstream", self.server)
        upstream.seen.append((self.path, headers, body))
        answer = upstream.answers.pop(0) if upstream.answers else (200, USAGE)
        status, told = answer or (200, USAGE)
        said = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(said) + (answer is None)))
        self.end_headers()
        self.wfile.write(said)
        self.close_connection = answer is None

    def log_message(self, format: str, *_: object) -> None:  # noqa: A002
        """Say nothing."""


class Through(http.client.HTTPConnection):
    """A connection to a unix socket."""

    def __init__(self, path: Path) -> None:
        super().__init__("door")
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(str(self._path))


@dataclass
class Opened:
    """A door and where it stands."""

    path: Path
    session: Session


@contextmanager
def opened(upstream: Upstream, limits: Limits, meter: Meter | None = None) -> Generator[Opened]:
    with TemporaryDirectory(prefix="gt-") as folder:
        path = Path(folder, "s")
        door = EndpointDoor(endpoint(upstream.url, KEY), meter=meter)
        with door.open(path, limits, {"role": "polecat"}, note) as session:
            yield Opened(path, session)


def note(*_: object, **__: object) -> None:
    """A transcript that nobody reads."""


def ask(door: Opened, path: str, body: object = None, *, whole: bool = True) -> int:
    connection = Through(door.path)
    headers = {"Authorization": "Bearer stolen", "X-Evil": "1", "Content-Type": "application/json"}
    sent = body if isinstance(body, bytes) else json.dumps(body or {})
    connection.request("POST", path, sent, headers)
    answer = connection.getresponse()
    if whole:
        answer.read()
    connection.close()
    return answer.status
