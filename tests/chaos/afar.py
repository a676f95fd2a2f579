"""A worker as if on another machine, which reaches the town's server through a cable.

It comes to the rigs by git's own protocol, and its files are in a folder of its own.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from deployments.cloud_worker import SETTINGS
from tests.engine.cable import Cable

POOL = "cloud"


@dataclass(frozen=True, slots=True)
class Afar:
    """The worker's process, and its way to the server."""

    cable: Cable
    process: "subprocess.Popen[bytes]"

    def stages(self) -> list[psutil.Process]:
        """The processes in which it carries stages out."""
        with suppress(psutil.Error):
            started = psutil.Process(self.process.pid).children(recursive=True)
            return [one for one in started if "prefect" in " ".join(one.cmdline())]
        return []


@contextmanager
def worker_afar(api: str, folder: Path) -> Generator[Afar]:
    """Start it; it polls as soon as Prefect is imported, and is killed with all it started."""
    for name in ("home", "tmp"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    with Cable(api) as cable, (folder / "log").open("wb") as log:
        kept = {key: value for key, value in os.environ.items() if "PREFECT" not in key}
        environ = {
            **kept,
            **SETTINGS,
            "HOME": str(folder / "home"),
            "TMPDIR": str(folder / "tmp"),
            "PREFECT_HOME": str(folder / "home" / ".prefect"),
            "PREFECT_API_URL": cable.url,
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PYTHONPATH": str(Path(__file__).parents[2]),
        }
        argv = [sys.executable, "-m", "deployments.cloud_worker", POOL, "afar"]
        process = subprocess.Popen(
            argv, env=environ, cwd=folder, stdout=log, stderr=log, start_new_session=True
        )
        try:
            yield Afar(cable, process)
        finally:
            _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    with suppress(psutil.NoSuchProcess):
        for one in psutil.Process(process.pid).children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                one.kill()
    process.send_signal(signal.SIGKILL)
    process.wait(10)
