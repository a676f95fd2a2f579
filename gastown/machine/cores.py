"""Cores: which CPUs are one physical core, and which cores are fast (P) or frugal (E), from sysfs.

Where the kernel does not say it, cores are told apart by what it says of their speed. Favoured
cores of one kind differ by a few per cent, step by step (AMD ranks each core); a kind of its own
lies a wide step below.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

STEP = 0.85  # slower than this part of the next faster core: another kind of core
_SPEEDS = ("cpu_capacity", "acpi_cppc/highest_perf", "cpufreq/cpuinfo_max_freq")

Core = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Cores:
    """Physical cores, each as its CPUs (two where it runs two threads); `source` tells how known.

    Only CPUs that this process may run on are counted.
    """

    performance: tuple[Core, ...]
    efficiency: tuple[Core, ...]
    source: str


def read_cores(sysfs: Path, allowed: frozenset[int], physical: int | None = None) -> Cores:
    """The cores of this machine.

    Args:
        sysfs: Where sysfs is mounted, `/sys`.
        allowed: CPUs that this process may run on (`os.sched_getaffinity`).
        physical: How many cores the system counts, for a machine without sysfs.
    """
    folder = sysfs / "devices/system/cpu"
    if not (folder / "online").is_file():
        return _counted(allowed, physical)
    frugal, source = _frugal(sysfs, folder, allowed)
    online = parse_cpus(_text(folder / "online")) or allowed
    if online - allowed:
        source += f", {len(online & allowed)} of {len(online)} CPUs allowed"
    cores = sorted({_siblings(folder, cpu, allowed) for cpu in allowed})
    return Cores(
        performance=tuple(core for core in cores if core[0] not in frugal),
        efficiency=tuple(core for core in cores if core[0] in frugal),
        source=source,
    )


def parse_cpus(text: str) -> frozenset[int]:
    """The kernel's list format, `0-3,8`; empty for anything that is no such list."""
    found: set[int] = set()
    for part in text.strip().split(","):
        first, _, last = part.partition("-")
        if not (first.isdecimal() and (last or first).isdecimal()):
            return frozenset()
        found.update(range(int(first), int(last or first) + 1))
    return frozenset(found)


def _frugal(sysfs: Path, folder: Path, allowed: frozenset[int]) -> tuple[frozenset[int], str]:
    """CPUs of E-cores, and who says so: the kernel's own word first, then each kind of speed."""
    fast = parse_cpus(_text(sysfs / "devices/cpu_core/cpus"))
    if fast:
        return allowed - fast, "sysfs cpu_core"
    for name in _SPEEDS:
        read = {cpu: _text(folder / f"cpu{cpu}" / name).strip() for cpu in allowed}
        speeds = {cpu: int(text) for cpu, text in read.items() if text.isdecimal()}
        slow = _a_step_below(speeds) if len(speeds) == len(allowed) else frozenset[int]()
        if slow:
            return slow, f"sysfs {name}"
    return frozenset(), "sysfs: cores of one kind"


def _a_step_below(speeds: Mapping[int, int]) -> frozenset[int]:
    values = sorted(set(speeds.values()), reverse=True)
    for faster, slower in pairwise(values):
        if slower < STEP * faster:
            return frozenset(cpu for cpu, speed in speeds.items() if speed <= slower)
    return frozenset()


def _siblings(folder: Path, cpu: int, allowed: frozenset[int]) -> Core:
    """The CPUs of a core that may be used. One listed without itself would be no such list."""
    listed = parse_cpus(_text(folder / f"cpu{cpu}" / "topology/core_cpus_list"))
    return tuple(sorted(listed & allowed)) if cpu in listed else (cpu,)


def _counted(allowed: frozenset[int], physical: int | None) -> Cores:
    """Without sysfs: as many cores as the system counts; which CPUs share one is a guess."""
    cpus = sorted(allowed)
    count = min(physical or len(cpus), len(cpus))
    cores = tuple(tuple(cpus[first::count]) for first in range(count))
    return Cores(cores, (), "psutil; no sysfs, all taken for P-cores")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
