"""The embedded Prefect server of a town: loopback only, SQLite, its own home."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from deployments.spawn import spawn
from gastown.errors import GasTownError
from gastown.town.engine import engine_env
from gastown.town.layout import TownLayout
from gastown.town.processes import living, read_record, write_record
from gastown.town.stop import Stop

_HOST = "127.0.0.1"  # the API gives saved credentials to whoever reaches it
_START_S = 120.0  # a first start migrates a database; a slow PC under load took 30 s
_SIGN_OF_LIFE_S = 5.0

_SETTINGS = {
    # Leases in memory stay taken for ever when the server restarts.
    "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": (
        "prefect.server.concurrency.lease_storage.filesystem"
    ),
    # Default: waiters sleep up to 30 s beside a free slot.
    "PREFECT_SERVER_CONCURRENCY_MAXIMUM_CONCURRENCY_SLOT_WAIT_SECONDS": "0.1",
    "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
}


def server_url(layout: TownLayout) -> str | None:
    """Address of the server if it runs and answers; None when it is down or stuck."""
    record = read_record(layout.server_record)
    if record is None or living(record) is None:
        return None
    return record.url if healthy(record.url) else None


def choose_url(layout: TownLayout, port: int) -> str:
    """The address a new server gets: the configured port, else the last one again, else any free.

    The same port again lets runs that outlived their server find it back, and keeps bookmarks.
    Raises GasTownError when the configured port is taken.
    """
    if port and not _is_free(port):
        raise GasTownError(
            f"port {port} is in use; change [server] port in {layout.config}, 0 means any"
        )
    record = read_record(layout.server_record)
    last = httpx.URL(record.url).port if record and record.url else None
    return f"http://{_HOST}:{port or (last if last and _is_free(last) else _any_port())}/api"


def launch_server(layout: TownLayout, url: str) -> "subprocess.Popen[bytes]":
    """Start the server's process and put it on record; it is not healthy yet."""
    environ = engine_env(layout, url, os.environ) | _SETTINGS
    argv = [sys.executable, "-m", "deployments.prefect_server", "server", "start", "--host", _HOST]
    argv += ["--port", str(httpx.URL(url).port)]
    process = spawn(layout, argv, environ, log=server_log(layout))
    write_record(layout.server_record, process.pid, url)
    return process


def wait_healthy(
    layout: TownLayout,
    process: "subprocess.Popen[bytes]",
    url: str,
    tell: Callable[[str], None],
    stop: Stop,
) -> None:
    """Wait until the API answers.

    Raises:
        GasTownError: It did not start; with the end of the server's log.
        StoppedError: Nobody wants it any more.
    """
    begin = said = time.monotonic()
    while time.monotonic() - begin < _START_S and process.poll() is None:
        if healthy(url):
            return
        if time.monotonic() - said >= _SIGN_OF_LIFE_S:
            said = time.monotonic()
            tell(f"server: still starting ({said - begin:.0f} s)")
        stop.sleep(0.1)
    log = server_log(layout)
    raise GasTownError(f"the Prefect server did not start; {log} ends with:\n{tail(log)}")


def healthy(url: str) -> bool:
    """The API answers."""
    try:
        return httpx.get(f"{url}/health", timeout=2, trust_env=False).is_success
    except httpx.HTTPError:
        return False


def server_log(layout: TownLayout) -> Path:
    """What the server says."""
    return layout.logs / "server.log"


def tail(log: Path, lines: int = 15) -> str:
    """The end of a log, for an error message."""
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


def _any_port() -> int:
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        return int(probe.getsockname()[1])


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, port))
        except OSError:
            return False
        return True
