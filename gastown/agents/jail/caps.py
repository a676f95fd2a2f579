"""Caps: how much of the machine one jailed command may use, as limits of the kernel."""

import os
import resource
from dataclasses import dataclass
from pathlib import Path

_KIND = {
    "nproc": resource.RLIMIT_NPROC,
    "fsize": resource.RLIMIT_FSIZE,
    "as": resource.RLIMIT_AS,
    "cpu": resource.RLIMIT_CPU,
    "core": resource.RLIMIT_CORE,
}


@dataclass(frozen=True, slots=True)
class Caps:
    """A second line behind the timeout: generous, so that no honest build meets them.

    `address_bytes` is address space, of which engines and runtimes reserve far more than they use.
    """

    processes: int = 512
    file_bytes: int = 2 << 30
    address_bytes: int = 64 << 30

    def limits(self, timeout_s: float) -> dict[str, int]:
        """Limits by the names that prlimit(1) uses, never above those that already bind us."""
        asked = {
            "fsize": self.file_bytes,
            "as": self.address_bytes,
            "cpu": int(timeout_s * (os.cpu_count() or 1)) + 1,
            "core": 0,
        }
        if os.getuid() != 0:  # the kernel never counts root's
            asked["nproc"] = threads_of(os.getuid()) + self.processes
        return {name: _at_most(value, _hard(name)) for name, value in asked.items()}


def threads_of(uid: int) -> int:
    """Threads that a user runs now: the limit on processes counts all of them, not a command's."""
    count = 0
    for folder in Path("/proc").glob("[0-9]*/task"):
        try:
            if folder.stat().st_uid == uid:
                count += folder.stat().st_nlink - 2
        except OSError:  # it ended meanwhile
            continue
    return count


def _hard(name: str) -> int:
    return resource.getrlimit(_KIND[name])[1]


def _at_most(value: int, hard: int) -> int:
    return value if hard == resource.RLIM_INFINITY else min(value, hard)
