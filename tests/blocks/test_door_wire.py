"""What goes through the door, as the endpoint sees it: its model, its key, an end of answers."""

import http.client
import json
import socket
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

import pytest

from blocks.door import EndpointDoor, Session
from gastown.agents.protocols import Limits
from tests.blocks.agents import KEY, endpoint

USAGE = {"usage": {"prompt_tokens": 9, "completion_tokens": 1}}


class Upstream(HTTPServer):
    """An endpoint that keeps what it was sent."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, dict[str, str], dict[str, object]]] = []
        super().__init__(("127.0.0.1", 0), Answering)


class Answering(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        headers = {name.lower(): value for name, value in self.headers.items()}
        cast("Upstream", self.server).seen.append((self.path, headers, body))
        said = json.dumps(USAGE).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

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


@pytest.fixture
def upstream():
    with Upstream() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def door(upstream):
    row = endpoint(f"http://127.0.0.1:{upstream.server_port}/v1", KEY)
    with TemporaryDirectory(prefix="gt-") as folder:
        path = Path(folder, "s")
        limits = Limits(turns=3, tokens=1000)
        with EndpointDoor(row).open(path, limits, {"role": "polecat"}, note) as session:
            yield Opened(path, session)


def note(*_: object, **__: object) -> None:
    """A transcript that nobody reads."""


def ask(door: Opened, path: str, body: object = None, *, whole: bool = True) -> int:
    connection = Through(door.path)
    headers = {"Authorization": "Bearer stolen", "X-Evil": "1", "Content-Type": "application/json"}
    connection.request("POST", path, json.dumps(body or {}), headers)
    answer = connection.getresponse()
    if whole:
        answer.read()
    connection.close()
    return answer.status


def test_a_chat_request_goes_under_the_rows_model_and_key_with_an_end(door, upstream):
    assert ask(door, "/v1/chat/completions", {"model": "dearest", "stream": True}) == 200
    ((path, headers, body),) = upstream.seen
    assert path == "/v1/chat/completions"
    assert (headers["authorization"], headers["x-town-role"]) == (f"Bearer {KEY}", "polecat")
    assert "x-evil" not in headers
    assert body["model"] == "rehearsal"
    assert body["max_tokens"] == 500
    assert body["stream_options"] == {"include_usage": True}


@pytest.mark.parametrize(
    ("path", "asked", "field", "wanted"),
    [
        ("/v1/chat/completions", {"max_tokens": 9_999}, "max_tokens", 500),
        ("/v1/chat/completions", {"max_completion_tokens": 7}, "max_completion_tokens", 7),
        ("/v1/messages", {"max_tokens": 32_000}, "max_tokens", 500),
        ("/v1/responses", {}, "max_output_tokens", 500),
        (
            "/v1beta/models/dearest:streamGenerateContent?alt=sse&key=x",
            {},
            "generationConfig",
            {"maxOutputTokens": 500},
        ),
    ],
)
def test_no_answer_may_be_longer_than_the_row_says(door, upstream, path, asked, field, wanted):
    assert ask(door, path, asked) == 200
    assert upstream.seen[0][2][field] == wanted


def test_googles_wire_names_the_rows_model_in_the_path(door, upstream):
    ask(door, "/v1beta/models/dearest:streamGenerateContent?alt=sse&key=x")
    assert upstream.seen[0][0] == "/v1/models/rehearsal:streamGenerateContent?alt=sse"
    assert upstream.seen[0][1]["x-goog-api-key"] == KEY


@pytest.mark.parametrize(
    "path",
    ["/v1/files", "/admin", "/v1/models/x:delete", "/v1/../admin", "/v1/chat/completions/../x"],
)
def test_no_other_page_of_the_endpoint_is_reached(door, upstream, path):
    assert ask(door, path) == 404
    assert upstream.seen == []
    assert door.session.turns == 0


def test_the_request_beyond_the_turns_is_refused_and_closes_the_door(door, upstream):
    assert [ask(door, "/v1/chat/completions") for _ in range(4)] == [200, 200, 200, 403]
    assert door.session.closing.is_set()
    assert "turns: 3 of 3" in str(door.session.stop)
    assert (door.session.usage.requests, door.session.usage.input_tokens) == (3, 27)
    assert len(upstream.seen) == 3


def test_an_agent_that_hangs_up_early_is_counted_all_the_same(door, upstream):
    for _ in range(3):
        ask(door, "/v1/chat/completions", whole=False)
    for _ in range(100):
        if door.session.usage.requests == 3:
            break
        threading.Event().wait(0.05)
    assert door.session.usage.input_tokens == 27
