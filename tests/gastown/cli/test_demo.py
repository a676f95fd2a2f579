"""`town demo` refuses what cannot work before it makes anything."""

import socket
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from gastown.cli.demo.model import KEY_BLOCK, Wanted, choose
from gastown.errors import GasTownError


@contextmanager
def answering(status: int, **headers: str) -> Generator[tuple[str, list[str]]]:
    """An endpoint that answers everything with one status; and the keys that it was given."""
    keys = list[str]()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            keys.append(self.headers.get("Authorization", ""))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None: ...  # noqa: A002 - its name

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/v1", keys
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("status", [200, 401, 403, 404, 500])
def test_an_endpoint_that_answers_anything_lives(status: int):
    with answering(status) as (url, keys):
        chosen = choose(Wanted(url, "qwen"))

    assert (chosen.table["endpoint"], chosen.table["model"]) == (url, "qwen")
    assert not chosen.rehearsed
    assert keys == [""]


def test_where_nothing_answers_the_address_is_named_and_nothing_is_made(cli, tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}/v1"
        answer = cli("demo", "--model", url, "--folder", str(tmp_path / "demo"))

    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith(f"error: --model {url}: nothing answers")
    assert answer.err.count("\n") == 1
    assert not (tmp_path / "demo").exists()


def test_an_endpoint_that_is_silent_is_left_after_three_seconds():
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        begin = time.monotonic()
        with pytest.raises(GasTownError, match="nothing answers"):
            choose(Wanted(f"http://127.0.0.1:{deaf.getsockname()[1]}/v1"))

    assert 2 < time.monotonic() - begin < 6


def test_a_key_is_sent_only_if_its_variable_is_named_and_never_shown(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-someone-else")
    monkeypatch.setenv("MY_KEY", "sk-mine")
    with answering(200) as (url, keys):
        without, chosen = choose(Wanted(url)), choose(Wanted(url, key_env="MY_KEY"))

    assert keys == ["", "Bearer sk-mine"]
    assert "key" not in without.table
    assert chosen.table["key"] == KEY_BLOCK
    assert "sk-mine" not in repr(chosen)


def test_a_key_does_not_follow_to_where_an_endpoint_points(monkeypatch):
    monkeypatch.setenv("MY_KEY", "sk-mine")
    with answering(200) as (other, keys), answering(302, Location=f"{other}/models") as (url, _):
        choose(Wanted(url, key_env="MY_KEY"))

    assert keys == []


def test_an_endpoint_that_wants_a_key_is_told_with_the_way_to_give_one(monkeypatch, capsys):
    monkeypatch.setenv("MY_KEY", "sk-wrong")
    with answering(401) as (url, _):
        choose(Wanted(url))
        choose(Wanted(url, key_env="MY_KEY"))

    without, wrong = capsys.readouterr().err.splitlines()
    assert "--key-env NAME" in without
    assert "is the key right?" in wrong


@pytest.mark.parametrize(
    ("tokens", "named"),
    [
        (("--model", "localhost:8080"), "--model localhost:8080"),
        (("--model", "http://127.0.0.1:1/v1", "--key-env", "NO_SUCH_KEY"), "NO_SUCH_KEY"),
        (("--model", "http://127.0.0.1:1/v1", "--faults", "429"), "--faults"),
        (("--faults", "nonsense"), "nonsense"),
        (("--key-env", "HOME"), "--model"),
    ],
)
def test_options_that_make_no_sense_are_refused_by_name(cli, tmp_path, tokens, named):
    answer = cli("demo", "--folder", str(tmp_path / "demo"), *tokens)

    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("error: ")
    assert named in answer.err
    assert not (tmp_path / "demo").exists()


@pytest.mark.parametrize("town", ["", '[town]\nname = "oak"\n'])
def test_a_folder_that_no_demo_made_is_refused_and_kept(cli, tmp_path, town):
    mine = tmp_path / ("town/town.toml" if town else "thesis.txt")
    mine.parent.mkdir(exist_ok=True)
    mine.write_text(town)

    answer = cli("demo", "--folder", str(tmp_path))

    assert answer.code == 2
    assert "nothing was removed" in answer.err
    assert mine.read_text() == town
