"""Whatever a host answers, a source of it fails as a source, and its run goes on."""

import threading
from collections.abc import Callable, Generator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from blocks.sources.door import Door
from blocks.sources.open import Opening
from gastown.errors import SourceError
from gastown.feedback.store import Store
from gastown.feedback.sweep import Sweeper
from gastown.testing import FakeClock
from gastown.town.tables.sources import SourceTable

ITEM = b"<item><guid>a</guid><title>It crashes</title></item>"
FEED = b'<rss xmlns:atom="http://www.w3.org/2005/Atom"><channel>%s' + ITEM + b"</channel></rss>"
Said = tuple[int, dict[str, str], bytes]
NO_ADDRESS = [
    "http://[bad",
    "http://127.0.0.1:99999/",
    "http://127.0.0.1:abc/",
    "http:\\\\x",
    "/\x7f",
    "/" + "a" * 66_000,
    "ftp://127.0.0.1/",
    "https://elsewhere.example/feed",
]


@pytest.fixture
def host() -> Generator[tuple[str, list[Said], list[dict[str, str]]]]:
    """A host's address, what it says to the next requests (the last for good), what it was sent."""
    script, sent = list[Said](), list[dict[str, str]]()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            sent.append(dict(self.headers.items()))
            status, headers, body = script.pop(0) if len(script) > 1 else script[0]
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/feed", script, sent
        server.shutdown()
        thread.join()


@pytest.fixture
def read(tmp_path, host) -> Callable[[], tuple[int, str, bool]]:
    """Reads the feed of the host: new items, why it ended, whether it failed."""
    clock = FakeClock()
    table = SourceTable.model_validate({"kind": "feed", "url": host[0]})
    source = Opening({}, clock, lambda _: None).open("public", table)
    sweeper = Sweeper(Store(tmp_path), b"salt", clock, lambda _: None)

    def once() -> tuple[int, str, bool]:
        done = sweeper.sweep(source)
        return done.new, done.why, done.failed

    return once


@pytest.mark.parametrize("tag", ['W/"\xe9"', 'W/"\xc3\xa9"', "x" * 9_000])
@pytest.mark.parametrize("name", ["ETag", "Last-Modified"])
def test_a_tag_that_cannot_be_sent_back_is_none(host, read, name, tag):
    host[1].append((200, {name: tag}, FEED % b""))

    assert [read(), read()] == [(1, "", False), (0, "", False)]
    assert not {"If-None-Match", "If-Modified-Since"} & {key for one in host[2] for key in one}


@pytest.mark.parametrize("address", NO_ADDRESS)
def test_a_page_is_kept_though_the_next_is_at_no_address_of_its_host(host, read, address):
    link = b'<atom:link rel="next" href="%s"/>' % address.encode()
    host[1].append((200, {}, FEED % link))

    new, _, failed = read()

    assert (new, failed) == (1, False)
    assert {one["Host"] for one in host[2]} == {host[0].split("/")[2]}


@pytest.mark.parametrize("address", [*NO_ADDRESS, "/feed"])
def test_a_redirect_to_nowhere_is_an_error_of_the_source(host, read, address):
    host[1].append((302, {"Location": address}, b""))

    new, why, failed = read()

    assert (new, failed, bool(why)) == (0, True, True)


@pytest.mark.parametrize("status", [403, 429, 503])
@pytest.mark.parametrize(
    ("asked", "hours"), [("7200", 2), ("9" * 30, 24), ("Fri, 31 Dec 9999 23:59:59 GMT", 24)]
)
def test_who_wants_to_be_left_alone_is_for_a_day_at_most(host, read, status, asked, hours):
    host[1].append((status, {"Retry-After": asked}, b""))
    until = FakeClock().now + timedelta(hours=hours)

    new, why, failed = read()

    assert (new, failed) == (0, False)
    assert f"until {until:%Y-%m-%d %H:%M:%S}" in why
    assert read() == (0, why, False)
    assert len(host[2]) == 1  # nor asked in between


@pytest.mark.parametrize("asked", ["nan", "-5", "soon", ""])
def test_a_wait_that_makes_no_sense_is_a_short_one(host, read, asked):
    host[1][:] = [(429, {"Retry-After": asked}, b""), (200, {}, FEED % b"")]

    assert read() == (1, "", False)


def test_an_answer_that_never_ends_is_given_up(host, read, monkeypatch):
    monkeypatch.setattr("blocks.sources.door._LONGEST_ANSWER_S", -1.0)
    host[1].append((200, {}, FEED % b""))

    new, why, failed = read()

    assert (new, failed) == (0, True)
    assert "takes longer" in why


def test_what_is_packed_and_is_not_is_an_error_of_the_source(host, read):
    host[1].append((200, {"Content-Encoding": "gzip"}, b"no gzip"))

    new, _, failed = read()

    assert (new, failed) == (0, True)
    with pytest.raises(SourceError, match="no address"):
        Door(host[0]).whole("http://[bad")
