"""The local worker: polls the work pool `local` and runs each flow run in its own process.

Run as `python -m deployments.worker NAME`, it imports Prefect at once (seconds) and then waits for
a line on its standard input: `town up` sends it when server, deployments and stalled runs are in
order. So the import costs no time of its own, and no run is picked up too early.
"""

import importlib
import os
import runpy
import subprocess
import sys
from pathlib import Path

from deployments.spawn import spawn
from deployments.vigil import keep_vigil
from gastown.errors import GasTownError
from gastown.machine.stacks import tell_stacks
from gastown.town.engine import POOL, engine_env
from gastown.town.layout import TownLayout
from gastown.town.processes import MARK, write_record

_SETTINGS = {
    "PREFECT_WORKER_QUERY_SECONDS": "1",  # default 10: a convoy would start that much later
    # A server whose disk is full says 500 until it has room; default: a run fails at the first.
    "PREFECT_CLIENT_RETRY_EXTRA_CODES": "500",
    "PREFECT_CLIENT_MAX_RETRIES": "8",  # about eight minutes; default 5: one
    "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",  # the least Prefect takes
}


def prepare_worker(layout: TownLayout, url: str, name: str) -> "subprocess.Popen[bytes]":
    """Start the worker's process; it waits for `release`, and ends if we end before."""
    environ = engine_env(layout, url, os.environ) | _SETTINGS
    argv = [sys.executable, "-m", "deployments.worker", name]
    log = layout.logs / "worker.log"
    process = spawn(layout, argv, environ, log=log, stdin=subprocess.PIPE)
    write_record(layout.worker_record, process.pid)
    return process


def release_worker(process: "subprocess.Popen[bytes]") -> None:
    """Let a prepared worker begin. Raises GasTownError when it died meanwhile."""
    assert process.stdin  # noqa: S101 — prepare_worker gave it a pipe
    try:
        process.stdin.write(b"go\n")
        process.stdin.flush()
    except BrokenPipeError:
        raise GasTownError("the worker died at start; see logs/worker.log") from None


def main() -> None:
    """Become `prefect worker start` as soon as we are told to."""
    importlib.import_module("prefect.workers.process")
    if not sys.stdin.readline():
        return
    keep_vigil()
    layout = TownLayout(Path(os.environ[MARK]).parent)
    tell_stacks(layout.stacks)
    importlib.import_module("deployments.lookout").keep_lookout(layout)
    importlib.import_module("deployments.escalations").keep_ear(layout)
    importlib.import_module("deployments.propulsion").keep_pushing(layout)
    importlib.import_module("deployments.revival").keep_reviving(layout)
    name = sys.argv[1]
    sys.argv = ["prefect", "worker", "start", "--pool", POOL, "--type", "process", "--name", name]
    sys.argv += ["--install-policy", "never"]
    runpy.run_module("prefect", run_name="__main__")


if __name__ == "__main__":
    main()
