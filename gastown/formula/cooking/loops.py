"""Loops: a step with a loop becomes the join of its rounds, which run one after the other.

All rounds of a loop that counts are known now. Of one that runs *until* something holds the first
round is; the others grow at run time from what is planned of the first (`growth`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gastown.errors import FormulaError
from gastown.formula.cooking.counter import counted
from gastown.formula.cooking.gates import gated
from gastown.formula.cooking.keep import keep
from gastown.formula.cooking.ranges import MOST, count, rounds
from gastown.formula.cooking.tree import (
    body_of,
    changed,
    everyone,
    ids,
    retold,
    with_body,
    with_edges,
    with_needs,
)
from gastown.formula.step import Loop, Prepared


def looped(steps: tuple[Prepared, ...], values: Mapping[str, str]) -> tuple[Prepared, ...]:
    """The steps with each loop as a parent of its rounds, `<loop>.iter<N>.<id>`; N counts from 1.

    Raises FormulaError for numbers that are none, and for more steps than a plan should have.
    """
    if not any(body_of(step) for step in everyone(steps)):
        return steps
    return changed(steps, lambda step: [_unrolled(step, values) if body_of(step) else step])


def round_prefix(loop: str, number: int) -> str:
    """What stands before the ids of a round."""
    return f"{loop}.iter{number}."


def _unrolled(step: Prepared, values: Mapping[str, str]) -> Prepared:
    loop = step.loop or Loop()
    numbers, most = _numbers(step.id, loop, values)
    if not loop.until:
        children = _chained(step, numbers, values)
        return retold(step, kind="join", loop=None, children=children)
    first = _round(step, 1, None, values)
    rest = loop.model_copy(update={"body": (), "max": most}) if first else None
    return retold(step, kind="join", loop=rest, children=first)


def _numbers(name: str, loop: Loop, values: Mapping[str, str]) -> tuple[Sequence[int], int]:
    """What the counter counts, and how often an until loop may go round."""
    try:
        if loop.until:
            return range(1, 2), count(loop.max or 0, values)
        if loop.range:
            return rounds(loop.range, values), 0
        return range(1, count(loop.count or 0, values) + 1), 0
    except FormulaError as error:
        raise FormulaError([f"steps.{name}.loop: {one}" for one in error.findings]) from error


def _round(
    step: Prepared, place: int, number: int | None, values: Mapping[str, str]
) -> tuple[Prepared, ...]:
    """The steps of one round; without a number, the counter's name stays in their texts."""
    loop = step.loop or Loop()
    body = body_of(step)
    if number is not None:
        body = tuple(counted(one, loop.var, number) for one in body)
    named = _named(gated(body, values), round_prefix(step.id, place))
    return looped(keep(named, values), values)


def _named(steps: tuple[Prepared, ...], prefix: str) -> tuple[Prepared, ...]:
    """The steps under new names; ids outside the body stay what they are."""
    names = {name: prefix + name for name in ids(steps)}
    return changed(steps, lambda step: [_renamed(step, names[step.id], names)])


def _renamed(step: Prepared, name: str, names: Mapping[str, str]) -> Prepared:
    if step.loop:
        step = retold(step, loop=with_body(step.loop, _pointed(body_of(step), names)))
    needs = (names.get(need, need) for need in step.edges)
    return retold(with_edges(step, needs), id=name, any_of=names.get(step.any_of, step.any_of))


def _pointed(steps: tuple[Prepared, ...], names: Mapping[str, str]) -> tuple[Prepared, ...]:
    """The body of a loop within, whose steps get their own names later, pointing at ours."""
    own = ids(steps)
    others = {name: new for name, new in names.items() if name not in own}
    return changed(steps, lambda step: [_renamed(step, step.id, others)])


@dataclass(slots=True)
class _Chain:
    """Rounds as they are put one behind the other."""

    lasts: tuple[str, ...] = ()
    steps: list[Prepared] = field(default_factory=list[Prepared])
    size: int = 0

    def add(self, body: tuple[Prepared, ...]) -> None:
        names = ids(body)
        for one in body:
            first = names.isdisjoint(one.edges)
            self.steps.append(with_needs(one, self.lasts) if first and self.lasts else one)
        needed = {need for one in everyone(body) for need in one.edges}
        self.lasts = tuple(one.id for one in body if one.id not in needed) or self.lasts
        self.size += len(names)


def _chained(
    step: Prepared, numbers: Sequence[int], values: Mapping[str, str]
) -> tuple[Prepared, ...]:
    chain = _Chain()
    for place, number in enumerate(numbers, 1):
        chain.add(_round(step, place, number, values))
        if chain.size * (len(numbers) if place == 1 else 1) > MOST:
            raise FormulaError([f"steps.{step.id}.loop: more than {MOST} steps"])
    return tuple(chain.steps)
