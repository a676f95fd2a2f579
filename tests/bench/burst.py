"""Burst: from the decision to the stage at work on a warm process worker, on this machine.

The parcel names a remote that is not there, so the stage ends as soon as it has begun; what is
measured is everything before: the order, the worker's poll, one start of an interpreter, Prefect.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from gastown.burst.parcel import Parcel
from gastown.stage import Placement, StageRequest
from gastown.town.tables.burst import BurstTable
from gastown.town.town import Town
from tests.bench.drive import server
from tests.bench.table import Row

ROUNDS = 3
COMMIT = "0" * 40


def rows() -> list[Row]:
    """The best of some rounds, after one to warm up; a busy machine shows in the others."""
    with server(), tempfile.TemporaryDirectory() as folder, worker(Path(folder)):
        times = [started(f"bench/{number}") for number in range(ROUNDS + 1)]
    name = "burst start: decision to stage at work, warm process worker"
    return [Row(name, min(times[1:]), unit="s", target="≤ 7")]


def started(attempt: str) -> float:
    """Seconds from the decision until the stage's first line runs."""
    from prefect.client.orchestration import get_client

    from flows.burst import Bursts

    table = {"prefix": "b", "origin": "git://127.0.0.1:9/none", "gauge": {"kind": "pytest"}}
    parcel = Parcel.model_validate(
        {"town": "bench", "rig": "b", "table": table, "refs": {"main": COMMIT}, "beads": []}
    )
    where = Placement(where="cloud", reason="bench")
    request = StageRequest(
        town="bench", convoy="hq-cv-b", step=attempt, key=attempt, role="defender", token=1,
        rig="b", placement=where,
    )  # fmt: skip
    decided = time.time()
    report = Bursts(BurstTable(grace_s=120))(request, parcel, attempt)
    assert report.lacks == "road", report
    with get_client(sync_client=True) as client:
        run = client.read_flow_run(report.run)  # pyright: ignore[reportArgumentType]  # its text
    assert run.start_time is not None
    return run.start_time.timestamp() - decided


@contextmanager
def worker(folder: Path) -> Generator[None]:
    """A worker of the cloud's pool in a folder of its own, polling."""
    from prefect.settings import PREFECT_API_URL

    from deployments.cloud_worker import SETTINGS
    from deployments.definitions import load_definitions
    from deployments.register import register

    root = folder / "town"
    (root / ".beads").mkdir(parents=True)
    (root / "town.toml").write_text('[town]\nname = "bench"\n[burst]\nenabled = true\n')
    asyncio.run(register(Town.open(root), load_definitions()))
    environ = (
        os.environ
        | SETTINGS
        | {
            "PREFECT_API_URL": str(PREFECT_API_URL.value()),
            "PREFECT_HOME": str(folder / "home"),
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        }
    )
    argv = [sys.executable, "-m", "deployments.cloud_worker", "cloud", "bench"]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(argv, env=environ, cwd=folder, stdout=quiet, stderr=quiet) as process:
        try:
            yield
        finally:
            process.kill()
