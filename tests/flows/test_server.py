"""A server that is away is waited for as long as somebody wants its answer; a refusal is final."""

import json
import threading
from collections.abc import Iterator
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
import prefect
import pytest
from prefect.client.orchestration import SyncPrefectClient
from prefect.settings import PREFECT_API_URL, temporary_settings

from flows.server import asked, patiently
from gastown.errors import ServerAwayError, StoppedError


@pytest.fixture(autouse=True)
def nobody_listens() -> Iterator[None]:
    with temporary_settings({PREFECT_API_URL: "http://127.0.0.1:9/api"}):
        yield


def hello(client: SyncPrefectClient) -> bool:
    return client.hello().is_success


def answering(status: int):
    """What the server says, once it is reached."""

    def call(_: object) -> str:
        request = httpx.Request("POST", "http://server/api")
        httpx.Response(status, request=request).raise_for_status()
        return "done"

    return call


def test_a_server_that_is_not_there_is_away():
    with pytest.raises(ServerAwayError, match="Prefect's server is away"):
        asked(hello)


def test_it_is_waited_for_until_the_limit_or_until_nobody_wants_to_know():
    with pytest.raises(ServerAwayError):
        patiently(hello, threading.Event(), limit_s=0)

    stop = threading.Event()
    stop.set()
    with pytest.raises(StoppedError, match="nobody waits for its answer"):
        patiently(hello, stop)


@pytest.fixture
def there() -> Iterator[None]:
    """A server that says which version it is, and no more."""
    with HTTPServer(("127.0.0.1", 0), Version) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}/api"
        with temporary_settings({PREFECT_API_URL: url}):
            yield
        server.shutdown()
        thread.join()


class Version(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        said = json.dumps(prefect.__version__).encode()
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, format: str, *_: object) -> None:  # noqa: A002 - the library's name
        """Say nothing."""


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (HTTPStatus.SERVICE_UNAVAILABLE, ServerAwayError),
        (HTTPStatus.TOO_MANY_REQUESTS, ServerAwayError),
        (HTTPStatus.UNPROCESSABLE_ENTITY, httpx.HTTPStatusError),
        (HTTPStatus.NOT_FOUND, httpx.HTTPStatusError),
    ],
)
def test_a_server_that_is_not_well_is_away_and_one_that_refuses_is_not(there, status, error):
    with pytest.raises(error):
        asked(answering(status))
    assert asked(answering(HTTPStatus.OK)) == "done"
