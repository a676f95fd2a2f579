"""A process that can be killed, for tests of whoever looks after the work of dead ones."""

import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest

from gastown.machine.holder import holder


@pytest.fixture
def child() -> Iterator["subprocess.Popen[bytes]"]:
    """A process that does nothing for long; gone after the test."""
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    yield process
    process.kill()
    process.wait()


def named(pid: int) -> str:
    """A living process of this host as a holder."""
    host = holder().split(":")[0]
    return f"{host}:{pid}:{psutil.Process(pid).create_time():.2f}"
