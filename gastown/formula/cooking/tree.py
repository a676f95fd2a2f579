"""Tree: steps with the steps within them, before they are laid flat."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, cast

from gastown.formula.step import Loop, Prepared, Step

_BLANK = Prepared(id="blank")


def prepared(steps: Iterable[Step]) -> tuple[Prepared, ...]:
    """Steps as a file says them, in the form that the passes work on, at any depth."""
    return tuple(step if isinstance(step, Prepared) else _prepared(step) for step in steps)


def _prepared(step: Step) -> Prepared:
    told = step.__dict__
    if type(step) is not Step:
        told = {key: told[key] for key in Step.model_fields}
    if step.children:
        told = {**told, "children": prepared(step.children)}
    if step.loop:
        told = {**told, "loop": with_body(step.loop, prepared(step.loop.body))}
    return _BLANK.model_copy(update=told)


def within(step: Prepared) -> tuple[Prepared, ...]:
    """The children of a step."""
    return cast("tuple[Prepared, ...]", step.children)


def body_of(step: Prepared) -> tuple[Prepared, ...]:
    """The body of a step's loop, if it has one."""
    return cast("tuple[Prepared, ...]", step.loop.body) if step.loop else ()


def with_body(loop: Loop, body: tuple[Prepared, ...]) -> Loop:
    """The loop with another body."""
    return loop.model_copy(update={"body": body})


def everyone(steps: Iterable[Prepared]) -> Iterator[Prepared]:
    """The steps and all their children, a parent before them; bodies of loops are left out."""
    for step in steps:
        yield step
        if step.children:
            yield from everyone(within(step))


def everywhere(steps: Iterable[Prepared]) -> Iterator[Prepared]:
    """The same with the bodies of loops."""
    for step in steps:
        yield step
        if step.children:
            yield from everywhere(within(step))
        if step.loop:
            yield from everywhere(body_of(step))


def ids(steps: Iterable[Prepared]) -> set[str]:
    """The ids of the steps and of their children."""
    return {step.id for step in everyone(steps)}


def changed(
    steps: tuple[Prepared, ...], change: Callable[[Prepared], Iterable[Prepared]]
) -> tuple[Prepared, ...]:
    """Each step replaced where it stands by what `change` gives for it, children first."""
    found: list[Prepared] = []
    for step in steps:
        if step.children:
            found += change(retold(step, children=changed(within(step), change)))
        else:
            found += change(step)
    return tuple(found)


def needing(steps: tuple[Prepared, ...], more: Mapping[str, Iterable[str]]) -> tuple[Prepared, ...]:
    """The steps with further needs for those that are named, at any depth."""
    if not more:
        return steps
    return changed(
        steps, lambda step: [with_needs(step, more[step.id]) if step.id in more else step]
    )


def with_needs(step: Prepared, more: Iterable[str]) -> Prepared:
    """The step with needs put behind its own, each once."""
    return with_edges(step, (*step.edges, *more))


def with_edges(step: Prepared, needs: Iterable[str]) -> Prepared:
    """The step with these needs and no others."""
    return retold(step, needs=tuple(dict.fromkeys(needs)), depends_on=())


def retold(step: Prepared, **said: Any) -> Prepared:
    """The step with other values for some of its keys; nothing is checked."""
    return step.model_copy(update=said)
