"""run_python: a scanner as a process of its own, so that nothing it does can hang or break ours."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from gastown.errors import GasTownError

TIMEOUT_S = 120.0
_SAID_CHARS = 400


class ScannerError(GasTownError):
    """Raised when a scanner could not run to its end; says why."""


def run_python(
    args: Sequence[str], cwd: Path, stdin: str = "", *, timeout_s: float = TIMEOUT_S
) -> str:
    """Run this Python with `args` in the scanned tree, and return what it printed.

    Isolated: neither the tree's own modules nor the environment get into it.

    Raises:
        ScannerError: It took longer than `timeout_s` seconds, or failed.
    """
    child = subprocess.Popen(
        [sys.executable, "-I", "-X", "utf8", "-W", "ignore", *args],
        cwd=cwd,
        env={"PATH": os.environ.get("PATH", "")},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        encoding="utf-8",
        errors="replace",
    )
    try:
        out, said = child.communicate(stdin, timeout=timeout_s)
    except subprocess.TimeoutExpired:
        raise ScannerError(f"stopped after {timeout_s:g} s") from None
    finally:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
            child.communicate()
    if child.returncode:
        raise ScannerError(f"exit {child.returncode}: {said.strip()[-_SAID_CHARS:]}")
    return out
