"""Waits: `waits_for` and `on_complete` as joins that steps need.

A step that fans out has a join `<id>.fanout` behind it, which closes when all that grew from it is
done. A step that waits for any child of another needs a join `<id>.any`, for which one is enough.
"""

import re
from collections.abc import Iterator, Mapping

from gastown.errors import FormulaError
from gastown.formula.cooking.tree import (
    body_of,
    changed,
    everyone,
    everywhere,
    retold,
    with_body,
    with_edges,
    with_needs,
)
from gastown.formula.step import Prepared
from gastown.formula.vars import nearest

_CHILDREN_OF = re.compile(r"children-of\(\s*([^()]*?)\s*\)")
_ALL, _ANY = "all-children", "any-children"
FORMS = f"write {_ALL}, {_ANY} or children-of(<id>)"


def fan_out_id(step: str) -> str:
    """The id of the join behind a step that fans out."""
    return f"{step}.fanout"


def awaited(steps: tuple[Prepared, ...]) -> tuple[Prepared, ...]:
    """The steps with what they wait for as needs, in the bodies of loops too; done twice, no more.

    Raises FormulaError where what is waited for is unknown.
    """
    if not any(step.waits_for or step.on_complete for step in everywhere(steps)):
        return steps
    return _awaited(steps, {})


def _awaited(steps: tuple[Prepared, ...], around: Mapping[str, Prepared]) -> tuple[Prepared, ...]:
    known = {**around, **{step.id: step for step in everyone(steps)}}
    return changed(steps, lambda step: _with_joins(step, known))


def _with_joins(step: Prepared, known: Mapping[str, Prepared]) -> Iterator[Prepared]:
    if step.loop:
        step = retold(step, loop=with_body(step.loop, _awaited(body_of(step), known)))
    if step.waits_for:
        spawner, any_child = _spawner(step, known)
        step = retold(step, waits_for="")
        if spawner and any_child and (_family(spawner) or spawner.on_complete):
            first = _any_of(step, spawner)
            yield first
            step = with_edges(step, (*first.needs, first.id))
        elif spawner:
            step = with_needs(step, _all_of(spawner))
    yield step
    if step.on_complete and fan_out_id(step.id) not in known:
        yield beside(step, fan_out_id(step.id), kind="join", needs=(step.id,))


def beside(step: Prepared, name: str, **said: object) -> Prepared:
    """A step that is there wherever, and as often as, another is."""
    return Prepared(id=name, each=step.each, condition=step.condition).model_copy(update=said)


def _spawner(step: Prepared, known: Mapping[str, Prepared]) -> tuple[Prepared | None, bool]:
    """The step whose children are meant, and whether any of them is enough."""
    said = step.waits_for.strip()
    match = _CHILDREN_OF.fullmatch(said)
    if not match and said not in {_ALL, _ANY}:
        raise FormulaError([f"steps.{step.id}.waits_for: {said!r} is no way to wait; {FORMS}"])
    name = match[1] if match else next(iter(step.edges), "")
    if name and name not in known:
        raise FormulaError([f"steps.{step.id}.waits_for: no step {name!r}{nearest(name, known)}"])
    return known.get(name), said == _ANY


def _family(step: Prepared) -> bool:
    return bool(step.children or step.loop)


def _all_of(spawner: Prepared) -> tuple[str, ...]:
    more = (fan_out_id(spawner.id),) if spawner.on_complete else ()
    return (spawner.id, *more)


def _any_of(step: Prepared, spawner: Prepared) -> Prepared:
    """The join that stands before a step; needing a parent would be to wait for all of it."""
    if _family(spawner):
        target, needs = spawner.id, tuple(need for need in step.edges if need != spawner.id)
    else:
        target, needs = fan_out_id(spawner.id), (*step.edges, spawner.id)
    needs = tuple(dict.fromkeys(needs))
    return beside(step, f"{step.id}.any", kind="join", needs=needs, any_of=target)
