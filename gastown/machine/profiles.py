"""Profiles: PCs known by name, so that a town can be run and measured as if it were on one."""

from collections.abc import Mapping
from dataclasses import dataclass

from gastown.machine.capacity import Dimension
from gastown.machine.figure import Figure


@dataclass(frozen=True, slots=True)
class Profile:
    """What a PC has, and what its person keeps of it, with the reason."""

    title: str
    has: Mapping[Dimension, int]
    keeps: Mapping[Dimension, Figure]


PROFILES: Mapping[str, Profile] = {
    "rtx3080": Profile(
        title="Alienware Aurora R13: RTX 3080 with 10 GB, i7-12700KF, 128 GB of RAM",
        has={"vram_mib": 10_240, "ram_mib": 128 * 1024, "p_cores": 8, "e_cores": 4},
        keeps={
            # 1.5 GB and 1.1 GB, rounded up
            "vram_mib": Figure(1536 + 1127, "1,536 system + 1,127 desktop"),
            "p_cores": Figure(2, "system and engineering work"),
        },
    ),
}
