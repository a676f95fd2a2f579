"""A worker for the cloud's pool on this machine, as if it were another: a folder of its own.

`[burst] worker = "here"` starts it at `town up`. It shares nothing with the town but the server's
address: its home, its temporary files and its Prefect home lie in its own folder.

Run as `python -m deployments.cloud_worker POOL NAME`.
"""

import os
import runpy
import subprocess
import sys
from pathlib import Path

from deployments.spawn import spawn
from deployments.vigil import keep_vigil
from gastown.town.engine import engine_env
from gastown.town.layout import TownLayout
from gastown.town.processes import MARK, write_record
from gastown.town.tables.burst import BurstTable

SETTINGS = {
    "PREFECT_WORKER_QUERY_SECONDS": "1",  # default 10: a burst would start that much later
    "PREFECT_WORKER_HEARTBEAT_SECONDS": "10",  # a worker that is away is noticed in half a minute
    "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
}
"""What a worker of the cloud's pool should have in its environment, wherever it runs."""


def cloud_record(layout: TownLayout) -> Path:
    """The running worker: pid, start time."""
    return layout.state / "cloud_worker.json"


def scratch_of(layout: TownLayout, table: BurstTable) -> Path:
    """The worker's own folder."""
    return Path(table.scratch).expanduser() if table.scratch else layout.state / "cloud"


def start_cloud_worker(
    layout: TownLayout, table: BurstTable, url: str, name: str
) -> "subprocess.Popen[bytes]":
    """Start it; it polls the pool as soon as Prefect is imported."""
    scratch = scratch_of(layout, table).absolute()
    for folder in (scratch / "home", scratch / "tmp"):
        folder.mkdir(parents=True, exist_ok=True)
    own = {
        "HOME": str(scratch / "home"),
        "TMPDIR": str(scratch / "tmp"),
        "PREFECT_HOME": str(scratch / "home" / ".prefect"),
    }
    environ = engine_env(layout, url, os.environ) | SETTINGS | own
    argv = [sys.executable, "-m", "deployments.cloud_worker", table.pool, name]
    process = spawn(layout, argv, environ, log=layout.logs / "cloud_worker.log")
    write_record(cloud_record(layout), process.pid)
    return process


def main() -> None:
    """Become `prefect worker start`."""
    if MARK in os.environ:
        keep_vigil()
    pool, name = sys.argv[1:3]
    sys.argv = ["prefect", "worker", "start", "--pool", pool, "--type", "process", "--name", name]
    sys.argv += ["--install-policy", "never"]
    runpy.run_module("prefect", run_name="__main__")


if __name__ == "__main__":
    main()
