"""Room: how much may still be admitted of one thing now, and why no more."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Room:
    """What may still be taken, and because of what it is that much."""

    amount: int
    reason: str


@dataclass(frozen=True, slots=True)
class Measured:
    """What the machine itself has free at the moment, the town's own use taken off.

    Attributes:
        free: As `source` tells it.
        source: Who says so, e.g. `NVML`.
        margin: Left free whatever happens; other programs' use moves between two looks.
    """

    free: int
    source: str
    margin: int = 0


def room_of(cap: int, ours: int, measured: Measured | None = None, *, pending: int = 0) -> Room:
    """The lesser of what the town's claims leave of its cap and of what others leave of the whole.

    A person who opens a heavy program takes room from the town, and gives it back by closing it;
    the cap stays. What runs is never asked to go: the room is nothing until use fits again.

    Args:
        cap: What the machine lends to the town.
        ours: What the town's sessions and loaded models claim of it.
        measured: What is free at the moment; None where nobody can tell.
        pending: How much of `ours` was claimed and is not in use yet, so that `measured` still
            counts it as free: a model that is loading.
    """
    left = cap - ours
    if left < 0:
        return Room(0, f"{ours:,} claimed of {cap:,}: nothing new until {-left:,} are given back")
    said = f"{cap:,} lent - {ours:,} claimed"
    if measured is None:
        return Room(left, said)
    beside = measured.free - measured.margin - pending
    if beside >= left:
        return Room(left, said)
    soon = f" - {pending:,} claimed and not in use yet" if pending else ""
    others = f"{measured.free:,} free ({measured.source}) - {measured.margin:,} margin{soon}"
    return Room(max(0, beside), f"other programs: {others}; without them {left:,}")
