"""Machine: what this PC lends to the town: what it has, less what its person keeps.

A figure of town.toml goes before the profile's, the profile's before the probe's. What is free now
is taken from the probe only where the real machine has about as much as the town is told: the use
of another machine says nothing about the PC that it plays.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from gastown.errors import ConfigError
from gastown.machine.capacity import DIMENSIONS, NAMES, Capacity, Dimension
from gastown.machine.figure import Figure
from gastown.machine.probe import Probe
from gastown.machine.profiles import PROFILES
from gastown.machine.room import Measured, Room, room_of
from gastown.town.tables.machine import MachineTable

DECLARED = "declared in town.toml"
NOTHING = Capacity()
NEARLY = 0.9  # of what is printed on the box; firmware and kernel keep some memory to themselves
_NONE = Figure(0, "there is none")
_OTHERS_USE: tuple[Dimension, ...] = ("vram_mib", "ram_mib")  # what is measured where it is real


@dataclass(frozen=True, slots=True)
class Share:
    """One dimension of the machine."""

    has: Figure
    kept: Figure
    measured: Measured | None = None

    @property
    def lent(self) -> int:
        """What the town may use at most."""
        return self.has.amount - self.kept.amount


@dataclass(frozen=True, slots=True)
class Machine:
    """The machine at one moment; `notes` say once what a person should know about its figures."""

    shares: Mapping[Dimension, Share]
    notes: tuple[str, ...] = ()

    @property
    def lent(self) -> Capacity:
        """What the town may use at most, whoever else is at work."""
        return Capacity(**{name: share.lent for name, share in self.shares.items()})

    def rooms(self, ours: Capacity, pending: Capacity = NOTHING) -> dict[Dimension, Room]:
        """What may be admitted now beside `ours`, with the reason, per dimension.

        `pending` is the part of `ours` that is claimed and not in use yet.
        """
        return {
            name: room_of(share.lent, ours[name], share.measured, pending=pending[name])
            for name, share in self.shares.items()
        }

    def room(self, ours: Capacity, pending: Capacity = NOTHING) -> Capacity:
        """What may be admitted now beside `ours`, as one vector."""
        rooms = self.rooms(ours, pending)
        return Capacity(**{name: room.amount for name, room in rooms.items()})


def make_machine(table: MachineTable, probed: Probe) -> Machine:
    """The machine as town.toml, its profile and the probe tell it, in this order.

    Raises ConfigError naming the key when more is kept than there is.
    """
    shares: dict[Dimension, Share] = {name: _share(table, probed, name) for name in DIMENSIONS}
    played = [NAMES[name] for name in _OTHERS_USE if _beyond(shares[name].has, probed, name)]
    notes = [*_profile_note(table), *_played_note(played)]
    if shares["vram_mib"].has.source == probed.has["vram_mib"].source:
        notes += probed.notes
    return Machine(shares, tuple(notes))


def _share(table: MachineTable, probed: Probe, name: Dimension) -> Share:
    has = _has(table, probed, name)
    measured = None if _beyond(has, probed, name) else probed.free.get(name)
    return Share(has, _kept(table, has, name), measured)


def _has(table: MachineTable, probed: Probe, name: Dimension) -> Figure:
    if name == "sandboxes":
        said = DECLARED if name in table.model_fields_set else "default"
        return Figure(table.sandboxes, said)
    declared: int | None = getattr(table, name)
    if declared is not None:
        return Figure(declared, DECLARED)
    if table.profile:
        return Figure(PROFILES[table.profile].has.get(name, 0), f"profile {table.profile}")
    return probed.has[name]


def _kept(table: MachineTable, has: Figure, name: Dimension) -> Figure:
    """What its person keeps; nothing can be kept of what is not there."""
    declared: int | None = getattr(table.keep, name, None)
    if not has.amount:
        return _NONE
    if declared is not None:
        return _checked(Figure(declared, DECLARED), has, name)
    profile = PROFILES.get(table.profile)
    if profile is not None and name in profile.keeps:
        return _checked(profile.keeps[name], has, name)
    return _usual(has.amount, name)


def _checked(kept: Figure, has: Figure, name: Dimension) -> Figure:
    if kept.amount > has.amount:
        raise ConfigError(
            f"town.toml: machine.keep.{name}: keeps {kept.amount:,} ({kept.source}) of "
            f"{has.amount:,} {NAMES[name]} ({has.source}); keep {has.amount:,} at most"
        )
    return kept


def _usual(amount: int, name: Dimension) -> Figure:
    """What a person needs who said nothing: a quarter, of memory not more than a desktop takes."""
    usual = {"vram_mib": min(1024, amount // 4), "ram_mib": min(8192, amount // 4)}
    usual["p_cores"] = amount // 4
    return Figure(usual.get(name, 0), "default")


def _beyond(has: Figure, probed: Probe, name: Dimension) -> bool:
    """Whether the town is told of more than this machine has."""
    return name in probed.has and NEARLY * has.amount > probed.has[name].amount


def _profile_note(table: MachineTable) -> list[str]:
    return [f"as if on {PROFILES[table.profile].title}"] if table.profile else []


def _played_note(played: list[str]) -> list[str]:
    if not played:
        return []
    return [f"more than is seen here, so other programs' use does not count: {', '.join(played)}"]
