"""What a server says of itself, on real sockets: nonsense is told as such; older ones count too."""

import json
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from blocks.llama import Llama
from blocks.local_runner import check_endpoint
from gastown.errors import RunnerError
from gastown.town.tables.models import ModelTable

Answers = Mapping[str, object]


@contextmanager
def serving(answers: Answers) -> Generator[str]:
    """A server that knows some paths; a text is sent as it is, what it does not know is a 404."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            found = answers.get(self.path)
            body = found.encode() if isinstance(found, str) else json.dumps(found).encode()
            self.send_response(404 if found is None else 200)
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, format: str, *args: object) -> None: ...  # noqa: A002 - its name

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("<html>log in</html>", "which is nothing we can read"),
        ("[]", "its list of models is none"),
        ({"data": "none"}, "its list of models is none"),
        (None, "HTTP 404"),
    ],
)
def test_an_endpoint_that_answers_nonsense_is_refused_by_its_key(said, why):
    with serving({"/v1/models": said}) as url:
        row = ModelTable(endpoint=url)
        with pytest.raises(RunnerError, match=r"models\.far\.endpoint: .*nothing started") as told:
            check_endpoint("far", row)

    assert why in str(told.value)


def test_an_endpoint_that_serves_another_model_is_refused():
    with serving({"/v1/models": {"data": [{"id": "seven"}]}}) as url:
        with pytest.raises(RunnerError, match=r"models\.far\.model: .* serves seven"):
            check_endpoint("far", ModelTable(endpoint=url, model="nine"))

        assert check_endpoint("far", ModelTable(endpoint=url, model="seven")) == ("seven",)


def test_where_nobody_listens_nobody_is_well():
    assert not Llama("http://127.0.0.1:9").well()
    with pytest.raises(RunnerError, match=r"127\.0\.0\.1:9: /slots"):
        Llama("http://127.0.0.1:9").slots()


def test_a_server_that_cannot_count_a_chat_applies_its_template_and_tokenizes():
    older = {"/apply-template": {"prompt": "<s>hi"}, "/tokenize": {"tokens": [1, 2, 3]}}
    newer = {"/v1/chat/completions/input_tokens": {"input_tokens": 31}}
    for answers, count in ((older, 3), (newer, 31)):
        with serving(answers) as url:
            assert Llama(url).count([{"role": "user", "content": "hi"}]) == count


def test_slots_tell_who_works_and_a_mark_that_moves_with_work():
    slots = [{"is_processing": True, "id_task": 7}, {"is_processing": False}]
    with serving({"/slots": slots}) as url:
        found = Llama(url).slots()

    assert (found.busy, found.count, found.mark) == (1, 2, (7, -1))
