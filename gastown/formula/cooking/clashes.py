"""Clashes: what a step says twice, or says in a place where it can mean nothing."""

from collections.abc import Iterator, Sequence

from gastown.formula.cooking.tree import body_of, within
from gastown.formula.step import Loop, Prepared


def clashes(steps: Sequence[Prepared], *, in_until: bool = False) -> Iterator[str]:
    """What steps say that can't be meant together."""
    for step in steps:
        yield from (f"steps.{step.id}.{said}" for said in _clash(step, in_until))
        inside = in_until or bool(step.loop and step.loop.until)
        if step.children:
            yield from clashes(within(step), in_until=inside)
        if step.loop:
            yield from clashes(body_of(step), in_until=inside)


def _clash(step: Prepared, in_until: bool) -> Iterator[str]:
    if step.kind == "join":
        return
    ways = ("children", "loop", "expand")
    said = [key for key in ways if getattr(step, key)]
    if len(said) > 1:
        yield f"{said[1]}: {' and '.join(said)} each replace the step; leave one"
    if step.on_complete and said:
        yield f"on_complete: a step with {said[0]} has no output of its own; put it on one within"
    if step.each and in_until:
        yield "each: not in the body of an until loop; put it on a step after the loop"
    if step.each and (step.loop or step.expand):
        yield f"each: not on a step with {said[-1]}; put it on the steps within"
    if step.loop:
        yield from (f"loop{said}" for said in _loop(step.loop))


def _loop(loop: Loop) -> Iterator[str]:
    ways = [key for key in ("count", "range", "until") if getattr(loop, key) not in {None, ""}]
    if len(ways) != 1:
        yield f": one of count, range and until, not {' and '.join(ways) or 'none'}"
    if not loop.body:
        yield ".body: there is no step to repeat"
    if loop.until and loop.max is None:
        yield ".max: an until loop says how often it may go round"
