"""Probe: look at this machine once: what it has, what of it is free, each figure with its source.

Everything that is looked at is an argument, so that a test can be any machine. A card that NVML
does not see, or a limit that no file tells, is no error: the figure is nothing, with the reason.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gastown.machine.capacity import Dimension
from gastown.machine.cores import Cores, read_cores
from gastown.machine.figure import Figure
from gastown.machine.gpu import MARGIN_MIB as VRAM_MARGIN_MIB
from gastown.machine.gpu import Gpus, Nvml, read_gpus
from gastown.machine.memory import MARGIN_MIB as RAM_MARGIN_MIB
from gastown.machine.memory import SystemMemory, read_ram
from gastown.machine.room import Measured


@dataclass(frozen=True, slots=True)
class Host:
    """Where to look.

    Attributes:
        nvml: The module `pynvml`.
        memory: `psutil.virtual_memory()`, taken now.
        cpus: CPUs that this process may run on.
        physical: How many cores psutil counts; for machines without sysfs.
        sysfs: Where sysfs is mounted.
        proc: Where procfs is mounted.
    """

    nvml: Nvml
    memory: SystemMemory
    cpus: frozenset[int]
    physical: int | None = None
    sysfs: Path = Path("/sys")
    proc: Path = Path("/proc")


@dataclass(frozen=True, slots=True)
class Probe:
    """What was found. Cores at work are not measured: a free core tells nothing a second later."""

    has: Mapping[Dimension, Figure]
    free: Mapping[Dimension, Measured]
    cores: Cores
    notes: tuple[str, ...] = ()


def probe(host: Host) -> Probe:
    """Look at everything once, in a few milliseconds; with a card, as long as NVML takes."""
    gpus = read_gpus(host.nvml)
    ram = read_ram(host.memory, host.sysfs, host.proc)
    cores = read_cores(host.sysfs, host.cpus, host.physical)
    free: dict[Dimension, Measured] = {
        "ram_mib": Measured(ram.free_mib, ram.source, RAM_MARGIN_MIB)
    }
    if gpus.cards:
        free["vram_mib"] = Measured(gpus.cards[0].free_mib, "NVML", VRAM_MARGIN_MIB)
    return Probe(
        has={
            "vram_mib": _vram(gpus),
            "ram_mib": Figure(ram.total_mib, ram.source),
            "p_cores": Figure(len(cores.performance), cores.source),
            "e_cores": Figure(len(cores.efficiency), cores.source),
        },
        free=free,
        cores=cores,
        notes=tuple(_notes(gpus)),
    )


def _vram(gpus: Gpus) -> Figure:
    """The largest card's: no model of ours lies across two."""
    if not gpus.cards:
        return Figure(0, "NVML: none")
    return Figure(gpus.cards[0].total_mib, f"NVML: {gpus.cards[0].name}")


def _notes(gpus: Gpus) -> list[str]:
    more = [f"{card.name} ({card.total_mib:,} MiB)" for card in gpus.cards[1:]]
    unused = [f"not used: {', '.join(more)}; the town uses the largest card"] if more else []
    return [note for note in (gpus.why, *unused) if note]
