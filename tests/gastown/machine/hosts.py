"""Made-up machines: trees of sysfs and procfs as Linux writes them, and a card or none."""

from dataclasses import dataclass
from pathlib import Path

from gastown.machine.probe import Host
from gastown.testing import FakeCard, FakeNvml

MIB = 2**20
I7_12700KF = frozenset(range(20))
"""8 P-cores of two threads each, CPUs 0-15, and 4 E-cores, CPUs 16-19."""


@dataclass(frozen=True)
class Memory:
    """As `psutil.virtual_memory()` tells it."""

    total: int
    available: int


def write(root: Path, path: str, text: object) -> None:
    """One file of a tree."""
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"{text}\n")


def cpus(sysfs: Path, siblings: list[str], **speeds: list[int]) -> Path:
    """The CPUs of a machine: each one's line of `core_cpus_list`, and files of its speed."""
    write(sysfs, "devices/system/cpu/online", f"0-{len(siblings) - 1}")
    for cpu, line in enumerate(siblings):
        write(sysfs, f"devices/system/cpu/cpu{cpu}/topology/core_cpus_list", line)
        for name, values in speeds.items():
            place = name.replace("__", "/")
            write(sysfs, f"devices/system/cpu/cpu{cpu}/{place}", values[cpu])
    return sysfs


def i7_12700kf(sysfs: Path, **speeds: list[int]) -> Path:
    """The seed's processor. With no speed given, the kernel names its kinds of cores itself."""
    pairs = [f"{cpu - cpu % 2}-{cpu - cpu % 2 + 1}" for cpu in range(16)]
    cpus(sysfs, [*pairs, "16", "17", "18", "19"], **speeds)
    if not speeds:
        write(sysfs, "devices/cpu_core/cpus", "0-15")
        write(sysfs, "devices/cpu_atom/cpus", "16-19")
    return sysfs


def seeds_pc(root: Path, *, used_mib: int = 600, free_gib: int = 110) -> Host:
    """The seed's PC as its kernel and driver show it; 128 GB of RAM are a little less there."""
    return Host(
        nvml=FakeNvml(FakeCard(used_mib=used_mib)),
        memory=Memory(128_600 * MIB, free_gib * 1024 * MIB),
        cpus=I7_12700KF,
        physical=12,
        sysfs=i7_12700kf(root / "sys"),
        proc=root / "proc",
    )


def small(root: Path) -> Host:
    """A rented machine: two CPUs, 8 GiB, no card and no driver."""
    return Host(
        nvml=FakeNvml(fails=12),
        memory=Memory(8192 * MIB, 7000 * MIB),
        cpus=frozenset({0, 1}),
        physical=2,
        sysfs=cpus(root / "sys", ["0", "1"]),
        proc=root / "proc",
    )
