"""Splice: put steps in the place of others, so that no edge is lost on the way.

What needed a step that is replaced needs its *sinks*, wherever it stands: beside it, among another
step's children, or in a loop's body. Ids within a body hide those outside of it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from gastown.formula.cooking.tree import body_of, everyone, ids, retold, with_body, within
from gastown.formula.step import Prepared

Steps = tuple[Prepared, ...]

Sinks = Mapping[str, tuple[str, ...]]

_SPAWNER = ("all-children", "any-children")
_CHILDREN_OF = "children-of("


@dataclass(frozen=True, slots=True)
class Region:
    """What comes in the place of a step; the step itself may be part of it."""

    before: Steps = ()
    kept: Prepared | None = None
    inside: Steps = ()
    """Further children of the step that is kept."""
    after: Steps = ()
    sinks: tuple[str, ...] = ()
    """What those need who needed the step; none: they go on needing the step itself."""

    @property
    def fresh(self) -> Steps:
        """The steps that were not there before."""
        return (*self.before, *self.inside, *self.after)

    def ids(self) -> set[str]:
        """The ids by which the region's steps mean each other."""
        return ids(self.fresh) | ({self.kept.id} if self.kept else set())


Replace = Callable[[Prepared, str], Region | None]
"""What comes in the place of a step, if anything; the text is its name as seen from outside."""


def everything(steps: Iterable[Prepared], prefix: str = "") -> Iterator[tuple[str, Prepared]]:
    """Every step with its name: in a loop's body that of its first round."""
    for step in everyone(steps):
        yield f"{prefix}{step.id}", step
        yield from everything(body_of(step), f"{prefix}{step.id}.iter1.")


def spliced(steps: Steps, replace: Replace) -> Steps:
    """The steps with those replaced for which `replace` gives a region."""
    return _Scope(steps, replace, "", {}).placed(steps)


class _Scope:
    """Steps that may need each other by id: a formula's, or those of one loop's body."""

    def __init__(
        self, steps: Iterable[Prepared], replace: Replace, prefix: str, outer: Sinks
    ) -> None:
        self._replace, self._prefix = replace, prefix
        self._found: dict[str, Region] = {}
        here: set[str] = set()
        for step in everyone(steps):
            here.add(step.id)
            if region := replace(step, f"{prefix}{step.id}"):
                self._found[step.id] = region
        self._sinks = {name: sinks for name, sinks in outer.items() if name not in here}
        self._sinks |= {name: one.sinks for name, one in self._found.items() if one.sinks}

    def placed(self, steps: Iterable[Prepared]) -> Steps:
        return tuple(one for step in steps for one in self._placed(step))

    def _placed(self, step: Prepared) -> Iterator[Prepared]:
        region = self._found.get(step.id)
        if region is None:
            yield rewired(self._inner(step), self._sinks)
            return
        own, mine = self._sinks, region.ids()
        if not own.keys().isdisjoint(mine):
            own = {name: sinks for name, sinks in own.items() if name not in mine}
        yield from deeply(region.before, own)
        if region.kept:
            kept = rewired(self._inner(region.kept), own)
            inside = (*deeply(region.inside, own), *kept.children)
            yield retold(kept, children=inside) if region.inside else kept
        yield from deeply(region.after, own)

    def _inner(self, step: Prepared) -> Prepared:
        """A step that stays, with what is replaced inside of it."""
        if step.children:
            step = retold(step, children=self.placed(within(step)))
        return _with_body(step, f"{self._prefix}{step.id}.iter1.", self._replace, self._sinks)


def _with_body(step: Prepared, prefix: str, replace: Replace, sinks: Sinks) -> Prepared:
    if not step.loop:
        return step
    body = _Scope(body_of(step), replace, prefix, sinks).placed(body_of(step))
    return retold(step, loop=with_body(step.loop, body))


def deeply(steps: Steps, sinks: Sinks) -> Steps:
    """Steps in whose trees and bodies every edge is rewired, but none is replaced."""
    return tuple(_deeply(step, sinks) for step in steps) if sinks else steps


def _deeply(step: Prepared, sinks: Sinks) -> Prepared:
    if step.children:
        step = retold(step, children=deeply(within(step), sinks))
    return rewired(_with_body(step, "", lambda _step, _name: None, sinks), sinks)


def rewired(step: Prepared, sinks: Sinks) -> Prepared:
    """A step that needs the sinks of each step that it needed.

    Where it waits for the children of such a step, it waits for its sinks.
    """
    if sinks.keys().isdisjoint(wants(step)):
        return step
    said: dict[str, object] = {"needs": _through(step.needs, sinks)}
    said["depends_on"] = _through(step.depends_on, sinks)
    if (first := spawner(step)) in sinks:
        said["needs"] = _through((*step.needs, first), sinks)
        said["waits_for"] = ""
    return retold(step, **said)


def _through(needs: Iterable[str], sinks: Sinks) -> tuple[str, ...]:
    return tuple(dict.fromkeys(new for need in needs for new in sinks.get(need, (need,))))


def spawner(step: Prepared) -> str:
    """The id of the step whose children a step waits for, or nothing."""
    if step.waits_for.startswith(_CHILDREN_OF):
        return step.waits_for.removeprefix(_CHILDREN_OF).removesuffix(")").strip()
    if step.waits_for in _SPAWNER and step.edges:
        return step.edges[0]
    return ""


def roots(steps: Steps) -> list[str]:
    """The ids of those that need no other of these steps."""
    here = {one.id for one in everyone(steps)}
    return [step.id for step in steps if here.isdisjoint(wants(step))]


def ends(steps: Steps) -> tuple[str, ...]:
    """The ids of those that no other of these steps needs, at any depth."""
    needed = {need for _, one in everything(steps) for need in wants(one)}
    return tuple(step.id for step in steps if step.id not in needed)


def wants(step: Prepared) -> tuple[str, ...]:
    """All ids that a step waits for."""
    return tuple(dict.fromkeys((*step.edges, *filter(None, [spawner(step)]))))
