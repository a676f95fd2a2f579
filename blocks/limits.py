"""Limits: a Prefect server's global concurrency limits, through a client as thin as they are.

Prefect's own client waits two seconds when SQLite was locked for twenty milliseconds, and what is
published shall follow the ledger at once. What the API does and does not (one count per call, a
missing name ignored) is known here and nowhere else.
"""

import base64
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Self
from urllib.parse import quote

import httpx

from gastown.errors import GasTownError

LEASE_S = 60.0
"""The shortest that the server takes: a lease of a process that died with all others ends so."""

_BUSY_TRIES = 25
_BUSY_S = 0.02
_ROOT = "/v2/concurrency_limits"
_MOST = 200  # what the API gives at once


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit as the server has it."""

    name: str
    limit: int
    active: int


class Limits:
    """The limits of the server at an API address; every call raises GasTownError if it is away."""

    def __init__(self, api_url: str, *, timeout_s: float = 5.0) -> None:
        self._http = httpx.Client(
            base_url=api_url, timeout=timeout_s, trust_env=False, headers=login(os.environ)
        )

    def read(self) -> dict[str, Limit]:
        """All limits, by name."""
        found: dict[str, Limit] = {}
        while True:
            page = {"limit": _MOST, "offset": len(found)}
            rows = self._call("POST", f"{_ROOT}/filter", page).json()
            found |= {row["name"]: _limit(row) for row in rows}
            if len(rows) < _MOST:
                return found

    def put(self, name: str, limit: int) -> None:
        """Make a limit, or change it; who holds slots of it keeps them."""
        answer = self._call("PATCH", _path(name), {"limit": limit}, {HTTPStatus.NOT_FOUND})
        if answer.status_code == HTTPStatus.NOT_FOUND:
            self._call("POST", f"{_ROOT}/", {"name": name, "limit": limit})

    def drop(self, name: str) -> None:
        """Take a limit away."""
        self._call("DELETE", _path(name), None, {HTTPStatus.NOT_FOUND})

    def correct(self, name: str, active: int) -> None:
        """Say how many slots are taken, where the server has lost count."""
        self._call("PATCH", _path(name), {"active_slots": active})

    def take(self, names: Sequence[str], slots: int) -> str | None:
        """A lease of so many slots of each; None where one has too few, now or at all.

        Raises GasTownError naming what the server does not have.
        """
        body = {"names": list(names), "slots": slots, "lease_duration": LEASE_S}
        full = {HTTPStatus.LOCKED, HTTPStatus.UNPROCESSABLE_ENTITY}
        answer = self._call("POST", f"{_ROOT}/increment-with-lease", body, full)
        if answer.status_code in full:
            return None
        found = answer.json()
        missing = set(names) - {one["name"] for one in found["limits"]}
        if missing:  # the server takes what it knows and says nothing of the rest
            self.give(found["lease_id"])
            lacks = ", ".join(sorted(missing))
            raise GasTownError(f"the server has no limit {lacks}; make it: town up")
        return str(found["lease_id"])

    def renew(self, lease: str) -> bool:
        """Lengthen a lease; False when the server does not know it any more."""
        path, gone = f"{_ROOT}/leases/{lease}/renew", {HTTPStatus.GONE}
        answer = self._call("POST", path, {"lease_duration": LEASE_S}, gone)
        return answer.status_code != HTTPStatus.GONE

    def give(self, lease: str) -> bool:
        """Give a lease back; False when the server does not know it any more.

        Its slots may be counted there all the same, then. The server itself answers alike either
        way, so the lease is renewed first.
        """
        known = self.renew(lease)
        if known:
            self._call("POST", f"{_ROOT}/decrement-with-lease", {"lease_id": lease})
        return known

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _call(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None,
        expected: "set[HTTPStatus] | None" = None,
    ) -> httpx.Response:
        """One call; a server whose database is locked is asked again soon."""
        try:
            answer = self._http.request(method, path, json=body)
            for _ in range(_BUSY_TRIES):
                if answer.status_code != HTTPStatus.SERVICE_UNAVAILABLE:
                    break
                time.sleep(_BUSY_S)
                answer = self._http.request(method, path, json=body)
        except httpx.HTTPError as error:
            raise GasTownError(f"{self._http.base_url}: {error}") from error
        if not answer.is_success and answer.status_code not in (expected or ()):
            said = answer.text[:200]
            raise GasTownError(f"{self._http.base_url}: {method} {path}: {answer}: {said}")
        return answer


def _path(name: str) -> str:
    return f"{_ROOT}/{quote(name, safe='')}"


def _limit(row: Mapping[str, Any]) -> Limit:
    return Limit(str(row["name"]), int(row["limit"]), int(row["active_slots"]))


def login(environ: Mapping[str, str]) -> dict[str, str]:
    """What a server that runs elsewhere wants to be shown."""
    if key := environ.get("PREFECT_API_KEY"):
        return {"Authorization": f"Bearer {key}"}
    if auth := environ.get("PREFECT_API_AUTH_STRING"):
        return {"Authorization": "Basic " + base64.b64encode(auth.encode()).decode()}
    return {}
