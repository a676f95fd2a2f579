"""server: asks Prefect's server, which may be away for a while: restarted, or out of reach."""

import threading
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import TypeVar

import httpx
from prefect.client.orchestration import SyncPrefectClient, get_client

from gastown.errors import ServerAwayError, StoppedError

_FIRST_S, _MOST_S = 0.25, 5.0
_LATER = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS})

T = TypeVar("T")
Call = Callable[[SyncPrefectClient], T]


def asked(call: Call[T]) -> T:
    """What the server answers.

    Raises:
        ServerAwayError: It gives no answer now.
        httpx.HTTPStatusError: It refuses what it is asked.
    """
    try:
        with get_client(sync_client=True) as client:
            return call(client)
    except httpx.HTTPStatusError as error:
        status = error.response.status_code
        if status < HTTPStatus.INTERNAL_SERVER_ERROR and status not in _LATER:
            raise
        raise ServerAwayError(f"Prefect's server is not well: HTTP {status}") from error
    except httpx.TransportError as error:
        raise ServerAwayError(f"Prefect's server is away: {error!r}") from error
    except RuntimeError as error:  # how a client says so that never reached it
        if isinstance(error.__cause__, httpx.HTTPError):
            raise ServerAwayError(f"Prefect's server is away: {error}") from error
        raise


def patiently(call: Call[T], stop: threading.Event, limit_s: float = float("inf")) -> T:
    """What the server answers, as soon as it does.

    Args:
        call: What it is asked; more than once, so it must be the same to ask again.
        stop: Set when nobody waits for the answer any more.
        limit_s: So long it may be away.

    Raises:
        StoppedError: Nobody waits for it any more.
        ServerAwayError: It was away for too long.
        httpx.HTTPStatusError: It refuses what it is asked.
    """
    nap, end = _FIRST_S, time.monotonic() + limit_s
    while True:
        try:
            return asked(call)
        except ServerAwayError as error:
            if time.monotonic() + nap > end:
                raise
            if stop.wait(nap):
                raise StoppedError(f"{error}; and nobody waits for its answer") from None
        nap = min(nap * 2, _MOST_S)
