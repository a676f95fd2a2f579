"""A town with the real small model in its catalogue, for tests of real inference."""

import os
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from blocks.local_runner import unload
from gastown.founding.install import install
from gastown.runner.folder import RunnerFolder
from gastown.runner.record import all_served
from gastown.town.layout import TownLayout
from gastown.town.processes import MARK, end, marked
from gastown.town.town import Town
from tests.gastown.machine.reported import SMOL, fetched

WHY = fetched()
needs_smol = pytest.mark.skipif(bool(WHY), reason=WHY)
ROW = """
[models.smol]
protocol = "json"
context = {context}
stall_s = 120
[models.smol.local]
file = "{file}"
cores = 1
drain_s = 20
{more}
"""


@contextmanager
def town_of(
    root: Path, more: str = "", *, context: int = 1024, file: str = SMOL.name
) -> Generator[Town]:
    """A town whose row `smol` is served on one core; every process of it is gone afterwards."""
    install(root, "oak")
    with (root / "town.toml").open("a", encoding="utf-8") as config:
        config.write(ROW.format(context=context, file=file, more=more))
    town = Town.open(root)
    try:
        yield town
    finally:
        for one in all_served(RunnerFolder(town.layout)):
            unload(town.layout, one.name, now=True)
        end(marked(town.layout), grace_s=1)


def until(true: Callable[[], bool], seconds: float = 60) -> None:
    """Wait for something that another process does."""
    give_up = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < give_up, "it did not happen in time"
        time.sleep(0.05)


def gone(pid: int) -> bool:
    """Whether a process ended, buried or not."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def cpus_of(pid: int) -> set[int]:
    """Every CPU that any thread of a process may run on."""
    return {
        cpu for thread in psutil.Process(pid).threads() for cpu in os.sched_getaffinity(thread.id)
    }


def strangers(layout: TownLayout) -> list[psutil.Process]:
    """Processes that still carry the town's mark."""
    return [one for one, environ in marked(layout).items() if MARK in environ]
