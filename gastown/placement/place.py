"""Placement: where a step that is ready runs, and why; pure, asked each time room changes."""

from dataclasses import dataclass

from gastown.stage import Placement


@dataclass(frozen=True, slots=True)
class Room:
    """What the machine lends, and what is taken of it now. Counts are stages at work."""

    sandboxes: int
    taken: int


@dataclass(frozen=True, slots=True)
class Wait:
    """Not now, and why."""

    reason: str


def place(room: Room) -> Placement | Wait:
    """Local as soon as a sandbox is free; until then the step waits in the plan's order."""
    free = room.sandboxes - room.taken
    if free > 0:
        return Placement(where="local", reason=f"{free} of {room.sandboxes} sandboxes free")
    return Wait(f"waits for one of {room.sandboxes} sandboxes")
