"""Places: where a bond point sits, at which another molecule may be attached."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gastown.errors import NotFoundError
from gastown.formula.compose import BondPoint
from gastown.formula.cooking.splice import Steps, ends, roots, wants
from gastown.formula.cooking.tree import everyone, within
from gastown.formula.step import Prepared
from gastown.formula.vars import nearest


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is attached: what its first steps need, and which steps need its last."""

    needs: tuple[str, ...] = ()
    needed_by: tuple[str, ...] = ()


def bond_point(name: str, points: Iterable[BondPoint]) -> BondPoint:
    """The bond point of a name. Raises NotFoundError with the nearest that there is."""
    known = {point.id: point for point in points}
    if name not in known:
        raise NotFoundError(f"no bond point {name!r}{nearest(name, known)}")
    return known[name]


def bond_place(point: BondPoint, steps: Steps) -> Place:
    """Where a bond point sits among steps, as the passes left them.

    After a step: its needs are that step, and what needs the step needs what is attached. Before
    a step: it inherits what the step needs, and the step needs it. A *parallel* one holds up
    nobody. A step that was replaced by an expansion counts as a whole.

    Raises:
        NotFoundError: The step is not there.
    """
    anchor = point.after_step or point.before_step
    part = standing(anchor, steps)
    if not part:
        near = nearest(anchor, [step.id for step in everyone(steps)])
        raise NotFoundError(f"bond point {point.id!r}: no step {anchor!r}{near}")
    place = _after(part, steps) if point.after_step else _before(part)
    return Place(place.needs) if point.parallel else place


def standing(name: str, steps: Steps) -> Steps:
    """The step of a name, or the steps that stand in its place, without their children."""
    found = tuple(step for step in everyone(steps) if step.id == name)
    return found or tuple(_instead(name, steps))


def _instead(name: str, steps: Steps) -> Iterator[Prepared]:
    for step in steps:
        if name in dict(step.origin):
            yield step
        else:
            yield from _instead(name, within(step))


def _after(part: Steps, steps: Steps) -> Place:
    last, inside = ends(part), {step.id for step in everyone(part)}
    needing = (step.id for step in everyone(steps) if not {*last}.isdisjoint(wants(step)))
    return Place(last, tuple(name for name in needing if name not in inside))


def _before(part: Steps) -> Place:
    inside, first = {step.id for step in everyone(part)}, set(roots(part))
    begin = (step for step in part if step.id in first)
    needs = dict.fromkeys(need for step in begin for need in wants(step) if need not in inside)
    return Place(tuple(needs), tuple(step.id for step in part if step.id in first))
