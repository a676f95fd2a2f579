"""Hooks: another formula attached to each step that a trigger fits."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from gastown.errors import NotFoundError
from gastown.formula.compose import BondPoint, Compose, Hook
from gastown.formula.cooking.advice import hung
from gastown.formula.cooking.expansion import MAX_DEPTH, Ask, enclosable, instance
from gastown.formula.cooking.kitchen import Kitchen, overlaid
from gastown.formula.cooking.places import Place, bond_place, bond_point
from gastown.formula.cooking.splice import Region, Steps, ends, roots, spliced
from gastown.formula.cooking.texts import about, place, retexted
from gastown.formula.cooking.tree import (
    body_of,
    everyone,
    ids,
    needing,
    prepared,
    retold,
    with_body,
    with_edges,
    with_needs,
    within,
)
from gastown.formula.cooking.verify import verify
from gastown.formula.model import Formula
from gastown.formula.names import fill
from gastown.formula.step import Prepared

Weave = Callable[[Formula, Mapping[str, str], tuple[str, ...]], Steps]
"""The steps of a workflow that is attached, with the values of its variables, woven themselves;
the names are those of the workflows that led to it."""

_PRIORITY = re.compile(r"([0-4])(?:-([0-4]))?")
_BEHIND = ("", "after")
_FORMS = "write label:x, type:x, priority:1 or priority:0-1"


@dataclass(frozen=True, slots=True)
class _Hooking:
    """One hook as it fires, and what it takes."""

    hook: Hook
    where: str
    kitchen: Kitchen
    weave: Weave
    chain: tuple[str, ...]

    def place(self, points: Iterable[BondPoint], steps: Steps) -> Place | None:
        """Where the bond point of `at` sits among steps, if it is one of these."""
        try:
            return bond_place(bond_point(self.hook.at, points), steps)
        except NotFoundError:
            return None


def hooked(
    steps: Steps, compose: Compose, kitchen: Kitchen, weave: Weave, chain: tuple[str, ...] = ()
) -> Steps:
    """The steps with what compose.hooks attach to those that are there before the call.

    What is attached comes after the step, and what needed the step needs it; with `at = "before"`
    it comes before, and inherits what the step needs. `at` may also name a bond point: one of the
    formula's, and it comes there, once for each fitting step; or one of what is attached, and the
    step takes its place in there.

    Steps of an expansion are named as its template says; those of a workflow
    `<step>.<attached>.<id>`. Of an aspect all advice goes around the step, where it says so itself.

    Raises:
        FormulaError: A trigger is none; what is attached is not there, or has legs; `at` names
            nothing; or two steps have the same id afterwards.
    """
    firing: list[tuple[_Hooking, list[Prepared]]] = []
    for number, hook in enumerate(compose.hooks):
        one = _Hooking(hook, f"compose.hooks[{number}]", kitchen, weave, chain)
        firing.append((one, _fitting(one, steps)))
    # Each comes right behind its step, so the last to come stands first.
    behind = [pair for pair in firing if pair[0].hook.at in _BEHIND]
    for one, fits in (*(pair for pair in firing if pair not in behind), *reversed(behind)):
        if fits:
            made = _put(steps, {step.id for step in fits}, one, compose.bond_points)
            verify(made, steps, kitchen)
            steps = kitchen.prepare(made, Compose(), kitchen.values)
    return steps


def _fitting(one: _Hooking, steps: Steps) -> list[Prepared]:
    """The steps that a hook's trigger fits, in order; not those in the bodies of loops."""
    kind, _, wanted = one.hook.trigger.partition(":")
    fits: Mapping[str, Callable[[Prepared], bool]] = {
        "label": lambda step: wanted in step.labels,
        "type": lambda step: wanted == step.type,
        "priority": lambda step: step.priority in _range(wanted),
    }
    if kind not in fits or not wanted or (kind == "priority" and not _range(wanted)):
        message = f"{one.hook.trigger!r} is no trigger; {_FORMS}"
        raise one.kitchen.wrong(f"{one.where}.trigger", message)
    return [step for step in everyone(steps) if enclosable(step) and fits[kind](step)]


def _range(text: str) -> range:
    match = _PRIORITY.fullmatch(text)
    return range(int(match[1]), int(match[2] or match[1]) + 1) if match else range(0)


def _put(steps: Steps, names: set[str], one: _Hooking, points: Iterable[BondPoint]) -> Steps:
    """The steps with what one hook attaches to those that it fits."""
    formula = one.kitchen.load(one.hook.attach, f"{one.where}.attach")
    if formula.type == "aspect":
        values = overlaid(formula, one.hook.vars, one.where, one.kitchen)
        return hung(steps, names, formula, values, one.where, one.kitchen)
    if outer := one.place(points, steps):
        fits = [step for step in everyone(steps) if step.id in names]
        return _there(steps, [_fresh(step, formula, one) for step in fits], outer)

    def instead(step: Prepared, name: str) -> Region | None:
        if name not in names:
            return None
        fresh = _fresh(step, formula, one)
        return _region(step, fresh, _inner(step, formula, fresh, one)) if fresh else None

    return spliced(steps, instead)


def _there(steps: Steps, groups: list[Steps], place: Place) -> Steps:
    """The steps with what is attached at one place of theirs, each group beside the others."""
    lasts = tuple(name for fresh in groups for name in ends(fresh))
    firsts = {name for fresh in groups for name in roots(fresh)}
    added = (one for fresh in groups for one in fresh)
    placed = (with_needs(one, place.needs) if one.id in firsts else one for one in added)
    return (*needing(steps, dict.fromkeys(place.needed_by, lasts)), *placed)


def _inner(step: Prepared, formula: Formula, fresh: Steps, one: _Hooking) -> Place:
    """Where among the attached steps the step itself stands."""
    if one.hook.at in _BEHIND:
        return Place((), tuple(roots(fresh)))
    if one.hook.at == "before":
        return Place(ends(fresh), ())
    names = _names(step, formula) | about(step, "target")
    points = [retexted(point, lambda t: _named(t, names)) for point in formula.compose.bond_points]
    found = one.place(points, fresh)
    if found is None:
        message = f"{one.hook.at!r} is no bond point here or of {formula.name}"
        raise one.kitchen.wrong(f"{one.where}.at", f"{message}; write one, before or after")
    return found


def _region(step: Prepared, fresh: Steps, at: Place) -> Region:
    fresh = needing(fresh, dict.fromkeys(at.needed_by, (step.id,)))
    kept = with_needs(step, at.needs)
    begin = set(roots((*fresh, kept)))
    before = tuple(with_edges(s, (*step.edges, *s.edges)) if s.id in begin else s for s in fresh)
    last = ends((*fresh, kept))
    first, rest = (before, ()) if at.needs else ((), before)
    return Region(before=first, kept=kept, after=rest, sinks=() if last == (step.id,) else last)


def _fresh(step: Prepared, formula: Formula, one: _Hooking) -> Steps:
    """What is attached to one step, by ids of its own."""
    known = about(step, "target") | about(step, "step")
    given = {name: place(value, known) for name, value in one.hook.vars.items()}
    if formula.type == "expansion":
        free = retold(step, kind="work", loop=None, on_complete=None)
        return instance(free, Ask(one.hook.attach, given, one.where), one.kitchen)
    chain = (*one.chain, formula.name)
    if formula.type != "workflow" or len(chain) > MAX_DEPTH:
        why = f"is of the type {formula.type}; attach an expansion, a workflow or an aspect"
        if formula.type == "workflow":
            why = f"is attached more than {MAX_DEPTH} deep: {' -> '.join(chain)}"
        raise one.kitchen.wrong(f"{one.where}.attach", f"{formula.name} {why}")
    values = overlaid(formula, given, one.where, one.kitchen)
    values = {name: fill(value, one.kitchen.values) for name, value in values.items()}
    steps = one.weave(formula, values, chain)
    names = {name: f"{step.id}.{formula.name}.{name}" for name in ids(steps)}
    return tuple(_own(inner, names, values, step) for inner in steps)


def _own(
    one: Prepared, names: Mapping[str, str], values: Mapping[str, str], at: Prepared
) -> Prepared:
    """An attached workflow's step under its new name; with its own values."""
    told = retexted(_judged(one), lambda text: fill(text, values))
    return retold(
        _renamed(told, names), origin=(*at.origin, *one.origin), each=told.each or at.each
    )


def _judged(step: Prepared) -> Prepared:
    """A step without its conditions, which were found to hold with its workflow's own values."""
    return retold(step, condition="", children=tuple(map(_judged, within(step))))


def _renamed(step: Prepared, names: Mapping[str, str]) -> Prepared:
    """A step with other ids for those of its workflow; a loop's body keeps its own."""
    seen = {name: new for name, new in names.items() if name not in ids(body_of(step))}
    waits = step.waits_for.removeprefix("children-of(").removesuffix(")").strip()
    update: dict[str, object] = {
        "id": names.get(step.id, step.id),
        "needs": tuple(names.get(need, need) for need in step.needs),
        "depends_on": tuple(names.get(need, need) for need in step.depends_on),
        "any_of": names.get(step.any_of, step.any_of),
        "children": tuple(_renamed(child, names) for child in within(step)),
    }
    if waits in names:
        update["waits_for"] = f"children-of({names[waits]})"
    if step.loop:
        body = tuple(_renamed(inner, seen) for inner in body_of(step))
        update["loop"] = with_body(step.loop, body)
    return retold(step, **update)


def _named(text: str, names: Mapping[str, str]) -> str:
    """A bond point's text with the step that it names by the id that it has now."""
    return names.get(text) or place(text, names)


def _names(step: Prepared, formula: Formula) -> dict[str, str]:
    """The ids that a workflow's steps get where they are attached; none for an expansion."""
    if formula.type == "expansion":
        return {}
    known = ids(prepared(formula.steps))
    return {name: f"{step.id}.{formula.name}.{name}" for name in known}
