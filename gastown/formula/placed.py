"""Placed: every step of a formula at any depth, with its place, and the names it can see.

A *room* is where ids are unique: the steps with their children, the template with its own, and the
body of each loop. A step sees the ids of its room, then those of the rooms around it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gastown.formula.finding import Path
from gastown.formula.model import Formula
from gastown.formula.step import Step

_CHILDREN_OF = re.compile(r"children-of\(\s*([^()\s]+)\s*\)")
WAITS = ("all-children", "any-children")


@dataclass(frozen=True, slots=True)
class Placed:
    """A step, where it is written, and what it stands in."""

    step: Step
    path: Path
    room: Path
    parent: "Placed | None" = None
    loop: "Placed | None" = None

    @property
    def rooms(self) -> tuple[Path, ...]:
        """The rooms whose ids it sees, the nearest first."""
        return (self.room, *(self.loop.rooms if self.loop else ()))

    @property
    def in_template(self) -> bool:
        """Whether its texts may hold placeholders that an expansion fills."""
        return self.path[0] == "template"


def placed(formula: Formula) -> list[Placed]:
    """The steps of the formula and of its template, each before what stands in it."""
    return [
        *_walk(formula.steps, ("steps",), ("steps",)),
        *_walk(formula.template, ("template",), ("template",)),
    ]


def _walk(
    steps: Sequence[Step],
    path: Path,
    room: Path,
    parent: Placed | None = None,
    loop: Placed | None = None,
) -> Iterator[Placed]:
    for number, step in enumerate(steps):
        one = Placed(step, (*path, number), room, parent, loop)
        yield one
        yield from _walk(step.children, (*one.path, "children"), room, one, loop)
        if step.loop and step.loop.body:
            body = (*one.path, "loop", "body")
            yield from _walk(step.loop.body, body, body, None, one)


class Names:
    """Which step an id means at a place."""

    def __init__(self, found: Sequence[Placed]) -> None:
        self.rooms: dict[Path, dict[str, Placed]] = {}
        for one in found:
            self.rooms.setdefault(one.room, {}).setdefault(one.step.id, one)

    def meant(self, one: Placed, name: str) -> Placed | None:
        """The step of that id in the nearest room that has one."""
        found = (self.rooms.get(room, {}).get(name) for room in one.rooms)
        return next((step for step in found if step), None)

    def seen(self, one: Placed) -> Mapping[str, Placed]:
        """Every id that the step can name."""
        known: dict[str, Placed] = {}
        for room in reversed(one.rooms):
            known |= self.rooms.get(room, {})
        return known


def waited_for(waits_for: str) -> str | None:
    """The id in `children-of(id)`; None for another form."""
    match = _CHILDREN_OF.fullmatch(waits_for.strip())
    return match[1] if match else None


def references(step: Step) -> Iterator[tuple[str, str]]:
    """What the step waits for, by the key that says so: (key, id)."""
    yield from (("needs", need) for need in step.needs)
    yield from (("depends_on", need) for need in step.depends_on)
    if target := waited_for(step.waits_for):
        yield "waits_for", target
