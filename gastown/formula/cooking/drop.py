"""Drop: take steps out of a workflow so that no ordering between the others is lost."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from gastown.formula.cooking.tree import (
    body_of,
    ids,
    prepared,
    retold,
    with_body,
    with_edges,
    with_needs,
    within,
)
from gastown.formula.graph import ordered
from gastown.formula.step import Loop, Prepared, Step


def without(steps: Sequence[Step], gone: Collection[str]) -> tuple[Prepared, ...]:
    """The other steps; with a step its children go.

    What needed a step that goes needs what that step needed, as if it were written there. Where a
    parent goes, that is also what its children needed; where a child goes, what its parent needed.
    """
    trees = prepared(steps)
    if not gone:
        return trees
    handed = _handed(trees, gone)
    return tuple(_rest(trees, handed))


def _rest(steps: Iterable[Prepared], handed: Mapping[str, tuple[str, ...]]) -> Iterator[Prepared]:
    """The steps that stay, with what is handed to them; in the bodies of their loops too."""
    for step in steps:
        if step.id not in handed:
            yield _kept(step, handed)


def _kept(step: Prepared, handed: Mapping[str, tuple[str, ...]]) -> Prepared:
    lost = step.any_of in handed
    edges = (*step.edges, step.any_of) if lost else step.edges
    if any(need in handed for need in edges):
        step = with_edges(retold(step, any_of="" if lost else step.any_of), _through(edges, handed))
    if step.children:
        step = retold(step, children=tuple(_rest(within(step), handed)))
    return _kept_loop(step, handed) if body_of(step) else step


def _kept_loop(step: Prepared, handed: Mapping[str, tuple[str, ...]]) -> Prepared:
    """A loop whose body may need what goes.

    An id that means another step in the body can't be handed to it: the loop as a whole needs it.
    """
    own = ids(body_of(step))
    asked = {need for one in body_of(step) for need in _outward(one)} - own
    above = [need for name in handed for need in handed[name] if name in asked and need in own]
    outer = {
        name: tuple(need for need in needs if need not in own)
        for name, needs in handed.items()
        if name not in own
    }
    step = with_needs(step, above) if above else step
    return retold(step, loop=with_body(step.loop or Loop(), tuple(_rest(body_of(step), outer))))


def _through(edges: Iterable[str], handed: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    for need in edges:
        yield from handed.get(need, (need,))


def _handed(steps: Iterable[Prepared], gone: Collection[str]) -> dict[str, tuple[str, ...]]:
    """For each step that goes, the steps to need in its place; none of them goes."""
    edges: dict[str, tuple[str, ...]] = {}
    _collect(steps, gone, (), edges)
    found: dict[str, tuple[str, ...]] = {}
    for name in ordered({name: [n for n in needs if n in edges] for name, needs in edges.items()}):
        found[name] = tuple(dict.fromkeys(_through(edges[name], found)))
    return found


def _collect(
    steps: Iterable[Prepared],
    gone: Collection[str],
    above: tuple[str, ...],
    edges: dict[str, tuple[str, ...]],
) -> None:
    """Put in the edges of each step that goes, with those of the steps around and within it."""
    for step in steps:
        around = (*step.edges, *above)
        if step.id in gone:
            inside = ids([step])
            own = (need for need in (*around, *_outward(step)) if need not in inside)
            edges[step.id] = tuple(dict.fromkeys(own))
            _collect(within(step), inside, around, edges)
        elif step.children:
            _collect(within(step), gone, around, edges)


def _outward(step: Prepared) -> Iterator[str]:
    """What a step and all within it need, less what the bodies of its loops have themselves."""
    yield from step.edges
    if step.any_of:
        yield step.any_of
    for child in within(step):
        yield from _outward(child)
    own = ids(body_of(step))
    for one in body_of(step):
        yield from (need for need in _outward(one) if need not in own)
