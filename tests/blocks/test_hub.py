"""Pulling a file from a real HTTP server: whole, resumed, changed meanwhile, damaged."""

import hashlib
import json
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import cast

import pytest

from blocks.hub import pull
from gastown.errors import ConfigError, ModelFileError, RunnerError
from gastown.runner.hub import told_sha256, wanted
from tests.gastown.machine.published import PUBLISHED, metadata_of, write


class Store(ThreadingHTTPServer):
    """A hub with one file. `cuts`: after how many bytes each answer breaks off, while any are."""

    def __init__(self, content: bytes, *, ranges: bool = True) -> None:
        self.content, self.ranges = content, ranges
        self.cuts: list[int] = []
        self.asked: list[dict[str, str]] = []
        self.tag = f'"{hashlib.sha256(content).hexdigest()}"'
        self.status = 0
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/owner/repo/resolve/main/tiny.gguf"

    def handle_error(self, request, client_address) -> None:
        """A client that hangs up is what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        store = cast("Store", self.server)
        head = {key.lower(): value for key, value in self.headers.items()}
        store.asked.append(head)
        if store.status:
            self.send_error(store.status)
            return
        start = 0
        if store.ranges and "range" in head and head.get("if-range") == store.tag:
            start = int(head["range"].removeprefix("bytes=").removesuffix("-"))
        body = store.content[start:]
        self.send_response(206 if start else 200)
        if start:
            whole = len(store.content)
            self.send_header("Content-Range", f"bytes {start}-{whole - 1}/{whole}")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", store.tag)
        self.end_headers()
        self.wfile.write(body[: store.cuts.pop(0)] if store.cuts else body)

    def log_message(self, format: str, *args: object) -> None: ...  # noqa: A002 - its name


@contextmanager
def store(content: bytes, *, ranges: bool = True) -> Generator[Store]:
    with Store(content, ranges=ranges) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def model(tmp_path) -> bytes:
    """A real header and some weights."""
    path = write(tmp_path / "made.gguf", metadata_of(PUBLISHED["Qwen2.5-1.5B"]), [])
    return path.read_bytes() + bytes(200_000)


def ignore(have: int, whole: int) -> None: ...


def test_a_file_comes_whole_with_progress_and_a_note_of_where_from(tmp_path, model):
    told: list[tuple[int, int]] = []
    with store(model) as server:
        path = pull(wanted(server.url), tmp_path / "m", lambda *now: told.append(now))

    assert path.read_bytes() == model
    assert told[-1] == (len(model), len(model))
    note = json.loads((tmp_path / "m" / "tiny.gguf.from.json").read_text())
    assert note["sha256"] == hashlib.sha256(model).hexdigest()
    assert {one.name for one in (tmp_path / "m").iterdir()} == {"tiny.gguf", "tiny.gguf.from.json"}


def test_a_broken_connection_is_taken_up_where_it_broke(tmp_path, model):
    with store(model) as server:
        server.cuts = [50_000, 70_000]
        path = pull(wanted(server.url), tmp_path, ignore)

        assert path.read_bytes() == model
        assert [one.get("range") for one in server.asked] == [None, "bytes=50000-", "bytes=120000-"]


def test_the_next_call_goes_on_too(tmp_path, model):
    with store(model) as server:
        server.cuts = [60_000, 0, 0, 0, 0]
        with pytest.raises(RunnerError, match="60,000 bytes are kept, pull again to go on"):
            pull(wanted(server.url), tmp_path, ignore)
        assert not (tmp_path / "tiny.gguf").exists()

        assert pull(wanted(server.url), tmp_path, ignore).read_bytes() == model
        assert server.asked[-1]["range"] == "bytes=60000-"


def test_a_server_without_ranges_begins_anew(tmp_path, model):
    with store(model, ranges=False) as server:
        server.cuts = [50_000]

        assert pull(wanted(server.url), tmp_path, ignore).read_bytes() == model


def test_a_file_that_changed_meanwhile_is_not_patched_together(tmp_path, model):
    with store(model) as server:
        server.cuts = [50_000, 0, 0, 0, 0]
        with pytest.raises(RunnerError):
            pull(wanted(server.url), tmp_path, ignore)
        server.content = model + b"!"
        server.tag = '"another"'

        assert pull(wanted(server.url), tmp_path, ignore).read_bytes() == model + b"!"


def test_what_is_not_what_it_should_be_is_removed(tmp_path, model):
    with store(model) as server:
        with pytest.raises(ModelFileError, match=r"sha256 is [0-9a-f]{64}, not 00"):
            pull(wanted(server.url, "0" * 64), tmp_path / "m", ignore)
        server.content = b"<html>log in first</html>"
        with pytest.raises(ModelFileError, match="sha256 is"):  # the hub told another
            pull(wanted(server.url), tmp_path / "m", ignore)
        server.tag = '"none"'
        with pytest.raises(ModelFileError, match="no GGUF file"):
            pull(wanted(server.url), tmp_path / "m", ignore)

    assert list((tmp_path / "m").iterdir()) == []


def test_a_refusal_is_told_with_its_status(tmp_path, model):
    with store(model) as server:
        server.status = 404
        with pytest.raises(RunnerError, match="HTTP 404 Not Found; nothing fetched"):
            pull(wanted(server.url), tmp_path, ignore)

        assert len(server.asked) == 1


def test_a_token_is_sent_to_who_was_asked(tmp_path, model):
    with store(model) as server:
        pull(wanted(server.url), tmp_path, ignore, token="hf-1")

        assert server.asked[0]["authorization"] == "Bearer hf-1"


def test_a_file_that_is_here_is_checked_and_not_fetched_again(tmp_path, model):
    with store(model) as server:
        pull(wanted(server.url), tmp_path, ignore)
        pull(wanted(server.url), tmp_path, ignore)
        assert len(server.asked) == 1


def test_a_hubs_short_name_becomes_its_address():
    found = wanted("owner/repo/sub/a.gguf", "A" * 64)

    assert found.url.endswith("/owner/repo/resolve/main/sub/a.gguf")
    assert (found.name, found.sha256) == ("a.gguf", "a" * 64)
    assert found.part(Path("/m")) == Path("/m/a.gguf.part")


@pytest.mark.parametrize(
    ("source", "sha256", "said"),
    [
        ("owner/a.gguf", "", "say OWNER/REPO/FILE.gguf"),
        ("http://hub.example/a.gguf", "", "fetched over https only"),
        ("https://hub.example/a.bin", "", "name a .gguf file"),
        ("https://hub.example/..%2Fa.gguf", "", "name a .gguf file"),
        ("o/r/a.gguf", "12", "--sha256 12: say 64"),
    ],
)
def test_what_cannot_be_fetched_is_refused(source, sha256, said):
    with pytest.raises(ConfigError, match=said):
        wanted(source, sha256)


def test_only_a_tag_that_is_a_checksum_counts_as_one():
    assert told_sha256(f'"{"a" * 64}"') == "a" * 64
    assert told_sha256('W/"1234"') == ""
