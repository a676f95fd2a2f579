"""Memory: how much RAM this process may use at all, and how much of it is free now."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

_MIB = 2**20
MARGIN_MIB = 512  # the kernel's and the town's own needs move by this much between two looks


class SystemMemory(Protocol):
    """What is used of `psutil.virtual_memory()`, in bytes."""

    @property
    def total(self) -> int:
        """What the machine has."""
        ...

    @property
    def available(self) -> int:
        """What can be had without swapping; `free` alone leaves out what caches give back."""
        ...


@dataclass(frozen=True, slots=True)
class Ram:
    """RAM in MiB, and who says so."""

    total_mib: int
    free_mib: int
    source: str


def read_ram(system: SystemMemory, sysfs: Path, proc: Path) -> Ram:
    """The system's memory, or the tightest `memory.max` of this process's control groups."""
    total, free, source = system.total, system.available, "psutil"
    for group in _groups(sysfs / "fs/cgroup", proc):
        most, used = _bytes(group / "memory.max"), _bytes(group / "memory.current")
        if most is None:
            continue
        if most < total:
            total, source = most, "cgroup memory.max"
        free = min(free, most - (used or 0) + _reclaimable(group))
    return Ram(total // _MIB, max(0, free) // _MIB, source)


def _groups(root: Path, proc: Path) -> Iterator[Path]:
    """The process's group of cgroup v2 and all above it, whose limits hold too."""
    try:
        lines = (proc / "self/cgroup").read_text(encoding="utf-8").splitlines()
    except OSError:
        return
    for line in lines:
        path = line.removeprefix("0::/")
        if path == line or ".." in Path(path).parts:  # v1, or a group outside this namespace
            continue
        own = root / path
        yield from (folder for folder in (own, *own.parents) if folder.is_relative_to(root))


def _bytes(path: Path) -> int | None:
    """A figure; None where there is no such file, or where it says `max`."""
    try:
        text = path.read_text(encoding="ascii").strip()
    except OSError:
        return None
    return int(text) if text.isdecimal() else None


def _reclaimable(group: Path) -> int:
    """Cached files that the group gives back as soon as memory is wanted."""
    try:
        lines = (group / "memory.stat").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    stat = dict(line.split(maxsplit=1) for line in lines if " " in line)
    return int(stat.get("inactive_file", 0))
