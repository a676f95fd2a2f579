"""Stacks: what a process that stands still is at, told by itself when it is asked by a signal.

`kill -USR1 PID` has it write the line that each of its threads is at, even where all of them wait.
"""

import faulthandler
import os
import signal
import time
from contextlib import suppress
from pathlib import Path
from typing import TextIO

_told: list[TextIO] = []  # the signal's handler writes there for as long as the process lives


def tell_stacks(file: Path) -> None:
    """Have this process append its stacks to a file whenever it is sent SIGUSR1.

    Where the file cannot be opened, e.g. on a full disk, nothing is told.
    """
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        told = file.open("a", encoding="utf-8")
        faulthandler.register(signal.SIGUSR1, told, all_threads=True)
        before, _told[:] = [*_told], [told]
        for one in before:
            one.close()


def ask_stacks(pid: int, file: Path, *, within_s: float = 2.0) -> str:
    """The stacks of a process that has called `tell_stacks` on the file; empty when it is silent.

    Raises OSError when there is no such process or no such file.
    """
    before = file.stat().st_size
    os.kill(pid, signal.SIGUSR1)
    end, size = time.monotonic() + within_s, before
    while time.monotonic() < end:
        time.sleep(0.1)
        now = file.stat().st_size
        if now == size > before:
            break
        size = now
    with file.open("rb") as told:
        told.seek(before)
        return told.read().decode(errors="replace")
