"""What a town is at that stands still: its runs as Prefect tells them, its processes, its claims.

Told once by a siege that waits in vain, so that nobody has to guess from what is left.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil

from gastown.machine.stacks import ask_stacks
from gastown.town.layout import TownLayout
from tests.chaos.check_ledger import rows
from tests.chaos.victims import victims

_RUNS = """SELECT name, state_name, state_timestamp, run_count, infrastructure_pid, id
FROM flow_run WHERE state_type NOT IN ('COMPLETED', 'CANCELLED') ORDER BY name"""
_LOG = "SELECT timestamp, message FROM log ORDER BY timestamp DESC LIMIT 20"
_CLAIMS = "SELECT bead, holder, expires_at FROM claims WHERE stands"


def standing(root: Path) -> Iterator[str]:
    """A line, or some, for each thing that may be why."""
    layout = TownLayout(root)
    server = layout.prefect_home / "prefect.db"
    yield from _table("run", server, _RUNS)
    yield from _table("claim", layout.store, _CLAIMS)
    yield from _table("log", server, _LOG)
    for process in victims(root, "all"):
        with suppress(psutil.Error):
            yield f"process {process.pid}, {process.status()}: {' '.join(process.cmdline())[:160]}"
    for part in ("run", "worker"):
        for process in victims(root, part):
            with suppress(OSError):
                yield f"{part} {process.pid}:\n{ask_stacks(process.pid, layout.stacks)}"


def _table(name: str, file: Path, query: str) -> Iterator[str]:
    with suppress(sqlite3.Error):
        for row in rows(file, query):
            yield f"{name}: {', '.join(str(one) for one in row)}"
