"""run_process: start a command in its own session, wait, and leave nothing of it behind."""

import os
import select
import signal
import subprocess
import tempfile
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from gastown.agents.jail.jail import Ran
from gastown.agents.jail.output import read_ends
from gastown.errors import JailError
from gastown.signs import during, running

TIMED_OUT = 124  # as timeout(1) says it
GRACE_S = 3.0  # for the launcher to end its whole family; then its group is killed


def run_process(
    argv: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    timeout_s: float,
    log: Path | None,
    pass_fds: Sequence[int] = (),
) -> Ran:
    """Run `argv` with no input. A timeout, like an interrupt, ends it before this returns."""
    start = time.monotonic()
    with _output(log) as out:
        try:
            process = subprocess.Popen(
                argv,
                cwd=cwd,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=pass_fds,
            )
        except OSError as error:
            raise JailError(f"{argv[0]}: could not be started: {error}") from None
        try:
            with during("tool", seconds=timeout_s):
                running(process.pid)
                in_time = _wait(process, timeout_s)
        finally:
            _end(process)
        rc = process.wait() if in_time else None
        seconds = time.monotonic() - start
        return Ran(_shell_rc(rc), read_ends(out), timed_out=rc is None, seconds=seconds)


@contextmanager
def _output(log: Path | None) -> Generator[IO[bytes]]:
    """Where the output goes: a file, so that a grandchild with the pipe open holds up nobody."""
    if log is None:
        with tempfile.TemporaryFile() as file:
            yield file
    else:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("w+b") as file:
            yield file


def _wait(process: subprocess.Popen[bytes], timeout_s: float) -> bool:
    """Whether it ends in time. Popen's own wait sleeps up to 50 ms too long."""
    ended = os.pidfd_open(process.pid)
    try:
        poll = select.poll()
        poll.register(ended, select.POLLIN)
        return bool(poll.poll(timeout_s * 1000))
    finally:
        os.close(ended)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process that still runs, and its group."""
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(GRACE_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _shell_rc(rc: int | None) -> int:
    if rc is None:
        return TIMED_OUT
    return rc if rc >= 0 else 128 - rc
