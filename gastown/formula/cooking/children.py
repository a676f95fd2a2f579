"""Children: trees of steps laid flat; a parent stays as the join of its children.

What a parent needs, its first children need: those that need no other step of the family.
"""

from collections.abc import Iterable, Iterator

from gastown.errors import FormulaError
from gastown.formula.cooking.tree import everyone, ids, retold, with_edges, within
from gastown.formula.step import Prepared


def flattened(steps: tuple[Prepared, ...]) -> tuple[Prepared, ...]:
    """All steps, each child before its parent. Raises FormulaError where two say `each`."""
    if not any(step.children for step in steps):
        return steps
    return tuple(_flat(steps, ""))


def _flat(steps: Iterable[Prepared], parent: str) -> Iterator[Prepared]:
    for step in steps:
        if step.children:
            yield from _family(step, parent)
        else:
            yield retold(step, parent=parent) if parent else step


def _family(step: Prepared, parent: str) -> Iterator[Prepared]:
    kids = [_heir(kid, step) for kid in within(step)]
    family = ids(kids)
    firsts = {kid.id for kid in kids if family.isdisjoint(kid.edges)}
    heirs = [with_edges(k, (*k.edges, *step.edges)) if k.id in firsts else k for k in kids]
    yield from _flat(heirs, step.id)
    lasts = _lasts(kids) if step.kind == "join" else [kid.id for kid in kids]
    join = with_edges(step, (*step.edges, *lasts))
    yield retold(join, kind="join", children=(), parent=parent)


def _heir(kid: Prepared, parent: Prepared) -> Prepared:
    """A child, fanned out as its parent is."""
    if kid.each == parent.each or not parent.each:
        return kid
    if kid.each:
        raise FormulaError(
            [f"steps.{kid.id}.each: {kid.each!r}, but {parent.id} around it says {parent.each!r}"]
        )
    if kid.loop:
        message = f"an until loop can't be fanned out, and {parent.id} around it is"
        raise FormulaError([f"steps.{kid.id}.loop: {message}"])
    return retold(kid, each=parent.each)


def _lasts(kids: list[Prepared]) -> list[str]:
    """Those that none of the others needs, nor a child of theirs."""
    needed = {need for one in everyone(kids) for need in one.edges}
    return [kid.id for kid in kids if kid.id not in needed]
