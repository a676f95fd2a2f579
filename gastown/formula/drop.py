"""Drop: take steps out of a workflow so that no ordering between the others is lost."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from gastown.formula.cooking.tree import body_of, everywhere, ids, prepared, retold, within
from gastown.formula.graph import ordered
from gastown.formula.step import Prepared, Step


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


def _rest(steps: Iterable[Prepared], handed: dict[str, tuple[str, ...]]) -> Iterator[Prepared]:
    for step in steps:
        if step.id in handed:
            continue
        lost = step.any_of in handed
        edges = (*step.edges, step.any_of) if lost else step.edges
        if lost or any(need in handed for need in edges):
            needs = tuple(dict.fromkeys(_through(edges, handed)))
            any_of = "" if lost else step.any_of
            step = retold(step, needs=needs, depends_on=(), any_of=any_of)  # noqa: PLW2901 - the same step
        if step.children:
            step = retold(step, children=tuple(_rest(within(step), handed)))  # noqa: PLW2901 - the same step
        yield step


def _through(edges: Iterable[str], handed: dict[str, tuple[str, ...]]) -> Iterator[str]:
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
            inside = ids([step]) | ids(body_of(step))
            deep = (need for one in everywhere([step]) for need in (*one.edges, one.any_of))
            own = (need for need in (*around, *deep) if need and need not in inside)
            edges[step.id] = tuple(dict.fromkeys(own))
            for child in everywhere(within(step)):
                edges[child.id] = tuple(dict.fromkeys((*child.edges, *around)))
        elif step.children:
            _collect(within(step), gone, around, edges)
