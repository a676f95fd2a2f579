"""A stand-in for `llama-server`: its flags, its health, its slots, and a rehearsed model's words.

It takes what `gastown.runner.plan` puts on its line. Where the answers come from stands in the file
beside the model's, `MODEL.gguf.url`: a rehearsal, which is asked what this is asked and is passed
on as it comes. What names no session, as the keeper's first question, is answered with one word.
Made of the standard library alone, so that it is up at once, as often as it is killed.
"""

import argparse
import json
import sys
import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException, HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

CHARS_PER_TOKEN = 3  # as the rehearsal counts, whatever it may count of its own
_PATIENCE_S = 60.0
_PIECE = 1 << 16
_SESSION = "X-Town-Role"
_WORD = {"index": 0, "message": {"role": "assistant", "content": "Yes"}, "finish_reason": "length"}


class Llama(ThreadingHTTPServer):
    """The server: so many slots of so many tokens; who finds none free waits."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, asked: argparse.Namespace) -> None:
        self.name: str = asked.alias
        self.key = Path(asked.api_key_file).read_text(encoding="utf-8").strip()
        self.room: int = asked.ctx_size // asked.parallel
        self.source = urlsplit(Path(f"{asked.model}.url").read_text(encoding="utf-8").strip())
        self.tasks = [-1] * asked.parallel
        self._free = list(range(asked.parallel))
        self._turn = threading.Condition()
        self._numbers = count()
        super().__init__((asked.host, asked.port), Handler)

    @contextmanager
    def slot(self) -> Generator[None]:
        """Work in a slot."""
        with self._turn:
            self._turn.wait_for(lambda: self._free)
            slot = self._free.pop()
            self.tasks[slot] = next(self._numbers)
        try:
            yield
        finally:
            with self._turn:
                self._free.append(slot)
                self._turn.notify()

    def slots(self) -> list[dict[str, Any]]:
        """What each of them is at."""
        with self._turn:
            return [
                {"id": at, "id_task": task, "is_processing": at not in self._free}
                for at, task in enumerate(self.tasks)
            ]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of who hangs up in the middle."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    """One client's requests; `do_GET` and `do_POST` are names the library asks for."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    @property
    def _llama(self) -> Llama:
        return cast("Llama", self.server)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Say nothing."""

    def do_GET(self) -> None:
        """Health, which is anybody's, the list of models, the slots."""
        if self.path != "/health" and not self._may_ask():
            return
        meta = {"n_ctx": self._llama.room}
        row = {"id": self._llama.name, "object": "model", "meta": meta}
        known: dict[str, Any] = {
            "/health": {"status": "ok"},
            "/v1/models": {"object": "list", "data": [row]},
            "/slots": self._llama.slots(),
        }
        self._document(known.get(self.path))

    def do_POST(self) -> None:
        """A count of a prompt, or an answer."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if not self._may_ask():
            return
        if self.path == "/v1/chat/completions/input_tokens":
            self._document({"input_tokens": -(-len(body) // CHARS_PER_TOKEN)})
        elif self.path == "/v1/chat/completions" and self.headers.get(_SESSION):
            with self._llama.slot():
                self._pass_on(body)
        elif self.path == "/v1/chat/completions":
            self._document({"object": "chat.completion", "choices": [_WORD]})
        else:
            self._document(None)

    def _may_ask(self) -> bool:
        if self.headers.get("Authorization") == f"Bearer {self._llama.key}":
            return True
        self._document({"error": {"message": "Invalid API Key", "code": 401}}, 401)
        return False

    def _pass_on(self, body: bytes) -> None:
        """Ask the rehearsal; where it breaks off, so does this."""
        source = self._llama.source
        there = HTTPConnection(source.hostname or "", source.port, timeout=_PATIENCE_S)
        own = {"host", "authorization", "content-length", "connection", "accept-encoding"}
        heads = {key: value for key, value in self.headers.items() if key.lower() not in own}
        try:
            there.request("POST", f"{source.path}/chat/completions", body, heads)
            self._relay(there.getresponse())
        except (OSError, HTTPException):
            self.close_connection = True
        finally:
            there.close()

    def _relay(self, answer: HTTPResponse) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.headers.get("Content-Type", "application/json"))
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        while piece := answer.read1(_PIECE):
            self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
        self.wfile.write(b"0\r\n\r\n")

    def _document(self, found: Any, status: int = 200) -> None:
        if found is None:
            found, status = {"error": {"message": "File Not Found", "code": 404}}, 404
        said = json.dumps(found).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until it is killed."""
    parser = argparse.ArgumentParser(prog="llama-server", description=__doc__)
    for flag in ("--model", "--alias", "--host", "--api-key-file"):
        parser.add_argument(flag, required=True)
    for flag in ("--port", "--ctx-size", "--parallel"):
        parser.add_argument(flag, required=True, type=int)
    Llama(parser.parse_known_args(arguments)[0]).serve_forever()


if __name__ == "__main__":
    main()
