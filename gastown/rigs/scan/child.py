"""A scanner as a process of its own, so that nothing it does can hang or break ours."""

import os
import signal
import subprocess
import sys
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from gastown.errors import GasTownError

TIMEOUT_S = 120.0
_SAID_CHARS = 400
# fmt: off
_NETWORKED = (
    "PATH", "HOME", "http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "no_proxy",
    "NO_PROXY", "ALL_PROXY", "all_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE",
    "NODE_EXTRA_CA_CERTS", "XDG_CACHE_HOME", "XDG_CONFIG_HOME",
)
# fmt: on


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
    argv = [sys.executable, "-I", "-X", "utf8", "-W", "ignore", *args]
    env = {"PATH": os.environ.get("PATH", "")}
    return _run(argv, cwd, env, stdin=stdin, timeout_s=timeout_s, fine=(0,))


def run_tool(
    argv: Sequence[str],
    cwd: Path,
    *,
    fine: Collection[int] = (0,),
    timeout_s: float = TIMEOUT_S,
) -> str:
    """Run a tool that asks the network, and return what it printed; of our keys it sees none.

    Args:
        argv: The tool and its arguments.
        cwd: A folder that holds what it is to read and nothing else: a tree under scrutiny could
            bring a configuration that silences it, or one that runs programs.
        fine: Exit statuses with which it says what it found.
        timeout_s: When it is stopped, in seconds.

    Raises:
        ScannerError: It is not there, took too long, or failed.
    """
    env = {name: os.environ[name] for name in _NETWORKED if name in os.environ}
    return _run(argv, cwd, env, stdin="", timeout_s=timeout_s, fine=fine)


def _run(
    argv: Sequence[str],
    cwd: Path,
    env: Mapping[str, str],
    *,
    stdin: str,
    timeout_s: float,
    fine: Collection[int],
) -> str:
    try:
        child = subprocess.Popen(
            argv,
            cwd=cwd,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            encoding="utf-8",
            errors="replace",
        )
    except OSError as error:
        raise ScannerError(f"{argv[0]}: {error.strerror}") from None
    try:
        out, said = child.communicate(stdin, timeout=timeout_s)
    except subprocess.TimeoutExpired:
        raise ScannerError(f"stopped after {timeout_s:g} s") from None
    finally:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
            child.communicate()
    if child.returncode not in fine:
        told = (said.strip() or out.strip())[-_SAID_CHARS:]
        raise ScannerError(f"exit {child.returncode}: {told}")
    return out
