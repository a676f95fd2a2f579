"""Capacity: an amount of each thing that a machine lends, added and compared as one vector."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from gastown.errors import OvercommitError

Dimension = Literal["vram_mib", "ram_mib", "p_cores", "e_cores", "sandboxes"]
DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)
NAMES: Mapping[Dimension, str] = {
    "vram_mib": "VRAM",
    "ram_mib": "RAM",
    "p_cores": "P-cores",
    "e_cores": "E-cores",
    "sandboxes": "sandboxes",
}
_MIB_PER_GIB = 1024


@dataclass(frozen=True, slots=True)
class Capacity:
    """Memory in MiB, physical cores and stages at work; never less than nothing.

    `a - b` is what `b` leaves of `a`: nothing where `b` is more. So a cap that shrank below what
    runs leaves no room, and no debt either.
    """

    vram_mib: int = 0
    ram_mib: int = 0
    p_cores: int = 0
    e_cores: int = 0
    sandboxes: int = 0

    def __post_init__(self) -> None:
        if min(self.vram_mib, self.ram_mib, self.p_cores, self.e_cores, self.sandboxes) < 0:
            raise ValueError(f"less than nothing: {self}")

    def __getitem__(self, dimension: Dimension) -> int:
        return int(getattr(self, dimension))

    def __add__(self, other: "Capacity") -> "Capacity":
        return Capacity(  # written out: plans are made of millions of these
            self.vram_mib + other.vram_mib,
            self.ram_mib + other.ram_mib,
            self.p_cores + other.p_cores,
            self.e_cores + other.e_cores,
            self.sandboxes + other.sandboxes,
        )

    def __sub__(self, other: "Capacity") -> "Capacity":
        return Capacity(**{name: max(0, self[name] - other[name]) for name in DIMENSIONS})

    def fits(self, room: "Capacity") -> bool:
        """Whether there is room for it in every dimension at once."""
        return all(self[name] <= room[name] for name in DIMENSIONS)


@dataclass(frozen=True, slots=True)
class Shortage:
    """One dimension in which more is asked for than there is; as text, the sum."""

    dimension: Dimension
    asked: Mapping[str, int]
    has: int

    @property
    def lacking(self) -> int:
        """How much too much is asked for."""
        return sum(self.asked.values()) - self.has

    def __str__(self) -> str:
        asked = " + ".join(f"{who} {amount:,}" for who, amount in self.asked.items())
        total = sum(self.asked.values())
        said = f"{NAMES[self.dimension]}: {asked} = {total:,} of {self.has:,}"
        if not self.dimension.endswith("_mib"):
            return f"{said}, {self.lacking:,} too many"
        gib = f"{total / _MIB_PER_GIB:.1f} of {self.has / _MIB_PER_GIB:.1f} GiB"
        return f"{said} MiB ({gib}), {self.lacking:,} MiB too much"


def shortages(asks: Mapping[str, Capacity], room: Capacity) -> tuple[Shortage, ...]:
    """What is lacking for all of `asks`, by who asks, to be there at once; empty: they fit."""
    return tuple(
        Shortage(name, {who: ask[name] for who, ask in asks.items() if ask[name]}, room[name])
        for name in DIMENSIONS
        if sum(ask[name] for ask in asks.values()) > room[name]
    )


def check_fit(asks: Mapping[str, Capacity], room: Capacity) -> None:
    """Raise OvercommitError with the sum of every dimension that is asked for beyond the room."""
    lacking = shortages(asks, room)
    if lacking:
        raise OvercommitError("\n".join(map(str, lacking)))
