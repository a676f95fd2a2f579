"""settle: what is said to a healthy server at `town up`, before and after the worker is let go."""

import asyncio
import datetime as dt
import subprocess
import time

from prefect.client.orchestration import get_client

from blocks.engine import connected
from deployments.definitions import Definitions
from deployments.recover import Verdict, living_runs, recover
from deployments.register import register
from deployments.server import tail
from deployments.worker import release_worker
from gastown.errors import GasTownError
from gastown.town.engine import POOL
from gastown.town.town import Town

_ONLINE_S = 60.0


async def settle(town: Town, url: str, wanted: Definitions) -> dict[str, str]:
    """Register what the server must know of the town; each deployment's id by `flow/name`."""
    with connected(town.layout, url):
        return await register(town, wanted)


async def judge_runs(town: Town, url: str) -> list[Verdict]:
    """Send runs whose process is gone back to the queue. Call while no worker runs.

    On a server that runs elsewhere none is judged: its process may be on another machine.
    """
    if town.config.server.api_url:
        return []
    with connected(town.layout, url):
        return await recover(living_runs(town.layout))


async def let_worker_go(
    town: Town, url: str, name: str, process: "subprocess.Popen[bytes]"
) -> None:
    """Release the worker and wait until the server has heard from it.

    Raises GasTownError with the end of the worker's log.
    """
    since, begin = dt.datetime.now(dt.UTC), time.monotonic()
    release_worker(process)
    with connected(town.layout, url):
        async with get_client() as client:
            while time.monotonic() - begin < _ONLINE_S and process.poll() is None:
                for worker in await client.read_workers_for_work_pool(POOL):
                    heard = worker.last_heartbeat_time
                    if worker.name == name and heard and heard >= since:
                        return
                await asyncio.sleep(0.1)
    log = town.layout.logs / "worker.log"
    raise GasTownError(f"the worker did not start; {log} ends with:\n{tail(log)}")
