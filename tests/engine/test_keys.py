"""Keys are saved, used and forgotten; none is ever shown."""

import threading
from collections.abc import Generator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from blocks.keys import remove_key, save_key, saved_keys, try_key
from gastown.errors import NotFoundError

pytestmark = pytest.mark.engine


def test_a_key_is_listed_without_itself_and_replaced_under_its_name():
    save_key("acme", "sk-old-secret")
    save_key("acme", "sk-new-secret", "https://acme.example/v1")

    (found,) = [one for one in saved_keys() if one.name == "acme"]
    assert found.address == "https://acme.example/v1"
    assert "secret" not in repr(saved_keys())


class Models(BaseHTTPRequestHandler):
    """Lists its models to who has the right key."""

    def do_GET(self) -> None:
        right = (self.path, self.headers["Authorization"]) == ("/v1/models", "Bearer sk-tried")
        self.send_response(200 if right else 401)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing."""


@pytest.fixture
def models() -> Generator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Models) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/v1"
        server.shutdown()
        thread.join()


def test_it_is_tried_on_who_serves_and_what_is_wrong_is_told(models):
    save_key("tried", "sk-tried")
    save_key("wrong", "sk-wrong")

    assert try_key("tried", models) == ""
    assert try_key("wrong", models) == f"{models}/models: HTTP 401"
    assert "ConnectError" in try_key("tried", "http://127.0.0.1:9/v1")


def test_one_that_is_forgotten_is_gone_and_an_unknown_one_is_refused():
    save_key("gone", "sk-gone")
    remove_key("gone")
    assert "gone" not in [one.name for one in saved_keys()]
    with pytest.raises(NotFoundError, match="no key 'gone'"):
        remove_key("gone")
