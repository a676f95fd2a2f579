"""start: a server's process, on its own cores from its first instruction, dead when we die."""

import ctypes
import os
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, Final

from gastown.errors import ConfigError

HOST: Final = "127.0.0.1"
_SET_PDEATHSIG: Final = 1


def start(
    argv: Sequence[str], environ: Mapping[str, str], cpus: Collection[int], log: BinaryIO
) -> "subprocess.Popen[bytes]":
    """Start a server whose threads stay on `cpus` and which ends when this process does.

    The kernel watches the thread that starts it: call it from the main one, with no others.
    """
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None
    parent = os.getpid()

    def become() -> None:
        if hasattr(os, "sched_setaffinity") and cpus:
            os.sched_setaffinity(0, cpus)
        if libc is not None:
            libc.prctl(_SET_PDEATHSIG, ctypes.c_ulong(signal.SIGKILL), 0, 0, 0)
            if os.getppid() != parent:  # it died before the kernel was asked to tell
                os._exit(1)

    return subprocess.Popen(
        argv,
        env=dict(environ),
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        preexec_fn=become,  # noqa: PLW1509 - a keeper has one thread
    )


def choose_port(key: str, wanted: int) -> int:
    """The port that is wanted, or any free one. Raises ConfigError naming the key."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, wanted))
        except OSError:
            raise ConfigError(f"{key}: port {wanted} is in use; 0 means any free one") from None
        return int(probe.getsockname()[1])


def new_key(path: Path) -> str:
    """A key that nobody knows, in a file that nobody else reads."""
    key = secrets.token_urlsafe(24)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(key)
    return key
