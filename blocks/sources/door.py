"""Door: HTTP to one source: bounded, retried, polite; every way to fail is one of two errors.

Answers come from strangers: they are cut off at a size, followed only within their own host, and
parsed by whoever asked.
"""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx

from blocks.retry import retry_after
from gastown.agents.prose import one_line, whole_json
from gastown.beads.ledger import utc_now
from gastown.errors import SourceError

MAX_BYTES = 16 << 20
AGENT = "hybrid-gas-town feedback reader"
TIMEOUT = httpx.Timeout(30.0)
_TRIES = 3
_HOPS = 3
_LEAST_WAIT_S = 1.0
_DEFAULT_WAIT_S = 60.0  # GitHub: without another word, wait at least a minute
_LONGEST_WAIT_S = 86_400.0
_LONGEST_ANSWER_S = 300.0  # a byte now and then keeps no connection open for ever
_HEADER_CHARS = 4_000


class Throttled(Exception):  # noqa: N818 — no error: a source's wish
    """Raised when the source wants to be asked again no earlier than `until`."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        super().__init__(f"throttled until {until}")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; `until` is when to ask next, where the source says that its limit is used."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    url: str
    until: datetime | None = None

    def json(self) -> Any:
        """The body as JSON. Raises SourceError when it is none."""
        try:
            return whole_json(json.loads(self.content))
        except (ValueError, RecursionError) as error:
            raise SourceError(f"{self.url}: answers no JSON: {error}", retryable=True) from None


@dataclass(frozen=True, slots=True)
class Door:
    """Asks one host; `headers` go to it and to nobody else."""

    base: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    clock: Callable[[], datetime] = utc_now
    sleep: Callable[[float], None] = time.sleep

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        """GET an address, absolute or below the base.

        Raises:
            Throttled: The source wants us to wait.
            SourceError: It refuses, or cannot be reached.
        """
        return self.ask("GET", url, headers=headers)

    def ask(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: Any = None,
        form: Mapping[str, str] | None = None,
    ) -> Answer:
        """Any request, tried again where a connection broke or the server has a moment's trouble.

        Raises as `get`.
        """
        sent = {"User-Agent": AGENT, **self.headers, **(headers or {})}
        there, why = self.whole(url), ""
        with httpx.Client(timeout=TIMEOUT, headers=sent) as client:
            for number in range(_TRIES):
                if number:
                    self.sleep(float(2 ** (number - 1)))
                try:
                    answer = self._followed(client, httpx.Request(
                        method, there, headers=client.headers, json=body, data=form
                    ))  # fmt: skip
                except httpx.HTTPError as error:
                    why = str(error) or type(error).__name__
                    continue
                except (httpx.InvalidURL, ValueError) as error:  # an address that is none
                    raise SourceError(f"{there}: {error}", retryable=False) from None
                if answer.status < HTTPStatus.INTERNAL_SERVER_ERROR or _is_busy(answer):
                    return self._judged(answer)
                why = f"HTTP {answer.status}"
        raise SourceError(f"{there}: {why}, {_TRIES} times", retryable=True)

    def whole(self, url: str) -> str:
        """The address in full. Raises SourceError for one at another host: headers stay here."""
        try:
            there = str(httpx.URL(urljoin(self.base, url)))
        except (httpx.InvalidURL, ValueError) as error:
            said = f"{self.base}: points to no address: {one_line(url, 200)}: {error}"
            raise SourceError(said, retryable=False) from None
        if origin(there) != origin(self.base):
            said = f"{self.base}: points to another host: {one_line(there, 200)}"
            raise SourceError(said, retryable=False)
        return there

    def _followed(self, client: httpx.Client, request: httpx.Request) -> Answer:
        for _ in range(_HOPS):
            answer = self._read(client, request)
            target = answer.headers.get("location", "")
            moved = HTTPStatus.MULTIPLE_CHOICES < answer.status < HTTPStatus.BAD_REQUEST
            if not (moved and target and answer.status != HTTPStatus.NOT_MODIFIED):
                return answer
            there = self.whole(urljoin(answer.url, target))
            request = httpx.Request(request.method, there, headers=request.headers)
        raise SourceError(f"{request.url}: redirects again and again", retryable=False)

    def _read(self, client: httpx.Client, request: httpx.Request) -> Answer:
        answer, end = client.send(request, stream=True), time.monotonic() + _LONGEST_ANSWER_S
        try:
            content = bytearray()
            for piece in answer.iter_bytes():
                content += piece
                if time.monotonic() > end:
                    raise httpx.ReadTimeout(f"takes longer than {_LONGEST_ANSWER_S:g} s")
                if len(content) > MAX_BYTES:
                    size = f"{MAX_BYTES >> 20} MiB"
                    raise SourceError(f"{request.url}: is larger than {size}", retryable=False)
        finally:
            answer.close()
        headers = {n.lower(): value for n, value in answer.headers.items() if _fit(value)}
        return Answer(
            answer.status_code, headers, bytes(content), str(request.url), self._used_up(headers)
        )

    def _judged(self, answer: Answer) -> Answer:
        status = answer.status
        if _is_busy(answer) or (status == HTTPStatus.FORBIDDEN and answer.until):
            raise Throttled(self._until(answer))
        if status in _REFUSALS:
            said = f"{answer.url}: HTTP {status}: {_REFUSALS[status]}"
            raise SourceError(said, retryable=False)
        if status not in (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED):
            raise SourceError(f"{answer.url}: HTTP {status}", retryable=False)
        return answer

    def _until(self, answer: Answer) -> datetime:
        """When to come again, by whatever the source says of it."""
        asked = retry_after(answer.headers)
        if asked is None:
            asked = _seconds_in(answer.content)
        if asked is None and answer.until is not None:
            return answer.until
        return self._after(_DEFAULT_WAIT_S if asked is None else asked)

    def _used_up(self, headers: Mapping[str, str]) -> datetime | None:
        """When a limit that is used up begins anew."""
        left = _number(headers.get("x-ratelimit-remaining"))
        if left is None or left >= 1:
            return None
        wait = _number(headers.get("x-ratelimit-reset-after"))
        if wait is None:
            reset = _number(headers.get("x-ratelimit-reset"))
            if reset is None:
                return None
            # GitHub and Discord name a moment, Reddit a number of seconds
            wait = reset - self.clock().timestamp() if reset > _LONGEST_WAIT_S * 365 else reset
        return self._after(wait)

    def _after(self, seconds: float) -> datetime:
        return self.clock() + timedelta(seconds=min(max(seconds, _LEAST_WAIT_S), _LONGEST_WAIT_S))


def _is_busy(answer: Answer) -> bool:
    """Whether it says that it wants to be left alone, not that something is wrong."""
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        return True
    polite = {HTTPStatus.FORBIDDEN, HTTPStatus.SERVICE_UNAVAILABLE}
    return answer.status in polite and "retry-after" in answer.headers


def _fit(value: str) -> bool:
    """Whether a header can be sent back as it came, as tags are."""
    return len(value) <= _HEADER_CHARS and value.isascii() and value.isprintable()


_REFUSALS: Mapping[int, str] = {
    HTTPStatus.UNAUTHORIZED: "the token is missing, wrong, or no longer valid",
    HTTPStatus.FORBIDDEN: "the token may not read this",
    HTTPStatus.NOT_FOUND: "there is none of that name, or the token may not see it",
    HTTPStatus.GONE: "this is switched off there",
}


def origin(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port."""
    parts = urlsplit(url)
    try:
        return parts.scheme, parts.hostname or "", parts.port
    except ValueError:
        return "", "", None


def _seconds_in(content: bytes) -> float | None:
    """`retry_after` in a JSON body, as Discord says it."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return _number(found.get("retry_after")) if isinstance(found, dict) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]


def _number(value: object) -> float | None:
    try:
        found = float(str(value))
    except ValueError:
        return None
    return found if 0 <= found < 1e12 else None  # noqa: PLR2004 — no moment and no span is longer
