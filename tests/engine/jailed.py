"""A worker in a jail of its own, as if on another machine: none of the town's files are there."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from deployments.cloud_worker import SETTINGS
from tests.landing.wait import until

ROOT = Path(__file__).parents[2]


@contextmanager
def worker_elsewhere(url: str, pool: str = "cloud") -> Generator["subprocess.Popen[bytes]"]:
    """A process worker that is warm; killed with all it started. Skips where there is no jail.

    Its folder is not below the test's own, which the jail hides with all of /tmp.
    """
    if shutil.which("bwrap") is None:
        pytest.skip("no bubblewrap here to keep a worker from the town's files")
    scratch = Path(tempfile.mkdtemp())
    try:
        with _jailed(url, pool, scratch) as process:
            until(lambda: "started" in (scratch / "log").read_text(errors="replace"), 60)
            yield process
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


@contextmanager
def _jailed(url: str, pool: str, scratch: Path) -> Generator["subprocess.Popen[bytes]"]:
    """A process worker that sees this checkout read-only, its own folder, and nothing in /tmp."""
    for name in ("home", "tmp"):
        (scratch / name).mkdir(parents=True)
    there = Path("/tmp/elsewhere")  # noqa: S108 - inside the jail, whose /tmp is its own
    environ = {
        **{key: os.environ[key] for key in ("PATH", "LANG") if key in os.environ},
        **SETTINGS,
        "HOME": str(there / "home"),
        "TMPDIR": str(there / "tmp"),
        "PREFECT_HOME": str(there / "home" / ".prefect"),
        "PREFECT_API_URL": url,
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PYTHONPATH": str(ROOT),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    jail = ["bwrap", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"]
    jail += ["--tmpfs", str(there.parent), "--ro-bind", str(ROOT), str(ROOT)]
    jail += ["--bind", str(scratch), str(there), "--chdir", str(there / "tmp")]
    jail += ["--unshare-pid", "--die-with-parent"]
    argv = [sys.executable, "-m", "deployments.cloud_worker", pool, "elsewhere"]
    with (scratch / "log").open("wb") as log:
        worker = subprocess.Popen([*jail, *argv], env=environ, stdout=log, stderr=log)
    try:
        yield worker
    finally:
        worker.send_signal(signal.SIGKILL)  # its jail dies with it
        worker.wait(10)
