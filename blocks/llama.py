"""llama: what one llama.cpp server says of itself: is it well, who works, how long a prompt is.

Small requests over loopback or to an address that a person named, without a proxy and without
retries. A keeper has one of these for years, so it is made of the standard library alone.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, cast
from urllib.parse import urlsplit

from gastown.errors import RunnerError

PATIENCE_S = 5.0
_SHOWN = 120
_MOST = 16 << 20


@dataclass(frozen=True, slots=True)
class Slots:
    """A server's slots at one moment; `mark` changes whenever one of them took up work."""

    busy: int
    count: int
    mark: tuple[int, ...]


class Llama:
    """One server. `url` may end in `/v1`, as an endpoint's does."""

    def __init__(self, url: str, key: str = "", *, patience_s: float = PATIENCE_S) -> None:
        self.url = url.rstrip("/").removesuffix("/v1")
        self._key = key
        self._patience_s = patience_s

    def well(self) -> bool:
        """Whether it is up and its model is loaded."""
        try:
            status, _ = self._ask("GET", "/health")
        except (OSError, HTTPException):
            return False
        return status == HTTPStatus.OK

    def context(self, name: str) -> int:
        """Tokens of one slot. Raises RunnerError when it is no llama.cpp that serves `name`."""
        found = self.json("GET", "/v1/models")
        for row in _mappings(found.get("data")):
            for meta in _mappings([row.get("meta")]):
                if row.get("id") == name and isinstance(meta.get("n_ctx"), int):
                    return meta["n_ctx"]
        raise self._wrong(f"it serves no model {name!r} but {json.dumps(found)[:_SHOWN]}")

    def models(self) -> tuple[str, ...]:
        """What it serves. Raises RunnerError when it speaks no OpenAI."""
        rows: Any = self.json("GET", "/v1/models").get("data")
        if not isinstance(rows, list):
            raise self._wrong("its list of models is none")
        return tuple(str(row["id"]) for row in _mappings(rows) if "id" in row)

    def slots(self) -> Slots:
        """Who works. Raises RunnerError."""
        rows: Any = self.json("GET", "/slots").get("list")
        if not isinstance(rows, list):
            raise self._wrong("its slots are no list")
        slots = _mappings(rows)
        busy = sum(bool(slot.get("is_processing")) for slot in slots)
        return Slots(busy, len(slots), tuple(int(slot.get("id_task", -1)) for slot in slots))

    def count(self, messages: Sequence[Mapping[str, Any]], **fields: Any) -> int:
        """Tokens of a prompt, its template included, as this model counts. Raises RunnerError.

        Newer servers count a whole chat request; older ones apply the template, then tokenize.
        """
        body = {"messages": list(messages), **fields}
        found, status = self._document("POST", "/v1/chat/completions/input_tokens", body)
        counted = found.get("input_tokens")
        if isinstance(counted, int):
            return counted
        if status not in {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED}:
            raise self._wrong(f"it did not count a prompt: {json.dumps(found)[:_SHOWN]}")
        prompt = self.json("POST", "/apply-template", body).get("prompt")
        text = {"content": prompt, "add_special": True, "parse_special": True}
        tokens = self.json("POST", "/tokenize", text).get("tokens")
        if not isinstance(tokens, list):
            raise self._wrong("it did not tokenize a prompt")
        return len(cast("list[Any]", tokens))

    def warm_up(self) -> None:
        """Let it answer one token. Raises RunnerError when that is no answer."""
        body = {"messages": [{"role": "user", "content": "Hello."}], "max_tokens": 1}
        if not self.json("POST", "/v1/chat/completions", body).get("choices"):
            raise self._wrong("it answered without any choice")

    def json(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The document at a path; a list comes as its `list`. Raises RunnerError."""
        found, status = self._document(method, path, body)
        if status != HTTPStatus.OK:
            raise self._wrong(f"{path}: HTTP {status}: {json.dumps(found)[:_SHOWN]}")
        return found

    def _document(
        self, method: str, path: str, body: Mapping[str, Any] | None
    ) -> tuple[dict[str, Any], int]:
        try:
            status, said = self._ask(method, path, body)
        except (OSError, HTTPException) as error:
            raise self._wrong(f"{path}: {error or type(error).__name__}") from None
        try:
            found: Any = json.loads(said)
        except (ValueError, RecursionError):
            found = said[:_SHOWN].decode(errors="replace")
        if isinstance(found, list):
            return {"list": found}, status
        if isinstance(found, dict):
            return cast("dict[str, Any]", found), status
        if status == HTTPStatus.OK:
            raise self._wrong(f"{path}: it answers {str(found)!r}, which is nothing we can read")
        return {"said": found}, status

    def _ask(
        self, method: str, path: str, body: Mapping[str, Any] | None = None
    ) -> tuple[int, bytes]:
        place = urlsplit(self.url)
        kind = HTTPSConnection if place.scheme == "https" else HTTPConnection
        connection = kind(place.hostname or "", place.port, timeout=self._patience_s)
        headers = {"Content-Type": "application/json"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        try:
            sent = None if body is None else json.dumps(dict(body)).encode()
            connection.request(method, place.path + path, sent, headers)
            answer = connection.getresponse()
            return answer.status, answer.read(_MOST)
        finally:
            connection.close()

    def _wrong(self, what: str) -> RunnerError:
        return RunnerError(f"{self.url}: {what}")


def _mappings(value: Any) -> list[Mapping[str, Any]]:
    items = cast("list[Any]", value) if isinstance(value, list) else []
    return [cast("Mapping[str, Any]", item) for item in items if isinstance(item, dict)]
