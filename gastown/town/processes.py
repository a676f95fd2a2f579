"""Processes of a town: recorded with their start time, found by a mark, ended to the last one.

A pid alone says nothing: the kernel gives it away again. So a record holds the start time too, and
every process that `town up` starts carries the town's mark in its environment, which its children
inherit; a process whose record was lost is found by it.
"""

import os
import signal
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from json import JSONDecodeError, dumps, loads
from pathlib import Path

import psutil

from gastown.town.layout import TownLayout

MARK = "GASTOWN_STATE"
"""Environment variable of every process of a town: its state folder."""
RUN = "PREFECT__FLOW_RUN_ID"
"""Environment variable of a flow run's process, and of all that it starts: the run's id."""
OF_A_RUN = "PREFECT__"
"""How the names of Prefect's variables begin that are meant for a flow run's process alone."""

_ENGINES = ("prefect.engine", "prefect.flow_engine", "prefect.runner")

_LOOK_S = 0.2  # how soon an end that is waited for hears that it must hurry
_SAME_START_S = 2.0  # the boot time that start times are counted from moves when the clock is set


@dataclass(frozen=True, slots=True)
class Record:
    """A process that was started, and the address it serves, if any."""

    pid: int
    started: float
    url: str = ""


def mark_of(layout: TownLayout) -> str:
    """What the town's processes carry under `MARK`."""
    return str(layout.state.resolve())


def write_record(path: Path, pid: int, url: str = "") -> Record:
    """Put a process on record. Raises psutil.NoSuchProcess when it is gone already."""
    record = Record(pid, psutil.Process(pid).create_time(), url)
    path.parent.mkdir(parents=True, exist_ok=True)
    spare = path.with_suffix(".new")
    spare.write_text(dumps(asdict(record)), encoding="utf-8")
    spare.replace(path)
    return record


def read_record(path: Path) -> Record | None:
    """What is on record; None when nothing is, or when the file is torn."""
    try:
        return Record(**loads(path.read_text(encoding="utf-8")))
    except (FileNotFoundError, JSONDecodeError, TypeError):
        return None


def living(record: Record | None) -> psutil.Process | None:
    """The recorded process, if it is that one and still runs."""
    if record is None:
        return None
    try:
        process = psutil.Process(record.pid)
        same = abs(process.create_time() - record.started) < _SAME_START_S
        return process if same and not _dead(process) else None
    except psutil.NoSuchProcess:
        return None


def marked(layout: TownLayout) -> dict[psutil.Process, dict[str, str]]:
    """Every process that carries the town's mark, with its environment; not this one's line."""
    mark = mark_of(layout)
    spared = _own_line()
    found: dict[psutil.Process, dict[str, str]] = {}
    for process in psutil.process_iter():
        if process.pid in spared:
            continue
        try:
            environ = process.environ()
        except (psutil.Error, OSError):  # another person's, or gone meanwhile
            continue
        if environ.get(MARK) == mark and not _dead(process):
            found[process] = environ
    return found


def is_run(process: psutil.Process, environ: Mapping[str, str]) -> bool:
    """Whether it is a flow run itself, not something that one has started and that outlives it."""
    try:
        line = " ".join(process.cmdline())
    except psutil.Error:  # gone meanwhile
        return False
    return RUN in environ and any(engine in line for engine in _ENGINES)


def patient() -> bool:
    """Nobody is in a hurry."""
    return False


def end(
    processes: Iterable[psutil.Process],
    *,
    grace_s: float,
    hurry: Callable[[], bool] = patient,
) -> list[psutil.Process]:
    """End processes and all that they started; returns those that even SIGKILL left.

    Args:
        processes: Who is asked to go; their descendants go with them.
        grace_s: How long they may take after SIGTERM before SIGKILL.
        hurry: Asked meanwhile; once it is true, the rest of the grace is not waited for.
    """
    asked = list(processes)
    everyone = _with_descendants(asked)
    for process in asked:
        _send(process, signal.SIGTERM)
        _send(process, signal.SIGCONT)  # a stopped process would not hear it before
    left = _wait(asked, grace_s, hurry)
    everyone |= _with_descendants(left)
    rest = [process for process in everyone if not _dead(process)]
    for process in rest:
        _send(process, signal.SIGKILL)
    psutil.wait_procs(rest, timeout=5)
    return [process for process in rest if not _dead(process)]


def _wait(
    asked: list[psutil.Process], grace_s: float, hurry: Callable[[], bool]
) -> list[psutil.Process]:
    """Those that are still there after the grace."""
    last, left = time.monotonic() + grace_s, asked
    while left and (more := last - time.monotonic()) > 0 and not hurry():
        _, left = psutil.wait_procs(left, timeout=min(more, _LOOK_S))
    return left


def _with_descendants(processes: Iterable[psutil.Process]) -> set[psutil.Process]:
    found = set(processes)
    for process in list(found):
        try:
            found |= set(process.children(recursive=True))
        except psutil.NoSuchProcess:
            continue
    return {process for process in found if process.pid not in _own_line()}


def _own_line() -> set[int]:
    me = psutil.Process()
    return {os.getpid(), *(parent.pid for parent in me.parents())}


def _dead(process: psutil.Process) -> bool:
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def _send(process: psutil.Process, number: signal.Signals) -> None:
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:
        return
