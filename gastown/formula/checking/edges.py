"""Edges: ids that stand once, references that lead somewhere, and no way round in a circle."""

import re
from collections.abc import Collection, Iterator, Sequence

from gastown.formula.finding import Remark
from gastown.formula.graph import chain_text, cycles
from gastown.formula.model import Formula
from gastown.formula.placed import Names, Placed, references
from gastown.formula.vars import nearest

# Brackets are for keys of instances and braces for names; both would make a key ambiguous.
_ID = re.compile(r"[^\s\[\]{}]+")
_ID_WITH_PLACEHOLDERS = re.compile(r"(?:[^\s\[\]{}]|\{\w+(?:\.\w+)?\})+")


def ids(found: Sequence[Placed]) -> Iterator[Remark]:
    """What is wrong with the ids themselves."""
    first = Names(found)
    for one in found:
        name = one.step.id
        if (other := first.rooms[one.room][name]) is not one:
            yield Remark((*one.path, "id"), f"{name!r} is the id of {_where(other)} already")
        elif problem := misnamed(name, one.in_template):
            yield Remark((*one.path, "id"), problem)


def misnamed(name: str, placeholders: bool) -> str:
    """Why a text can't be an id; nothing if it can."""
    form = _ID_WITH_PLACEHOLDERS if placeholders else _ID
    if form.fullmatch(name):
        return ""
    return f"{name!r}: an id is not empty and has no space, bracket or brace"


def _where(one: Placed) -> str:
    number = one.path[-1]
    place = f"step {number + 1}" if isinstance(number, int) else "a step"
    return f"{place} of {one.parent.step.id!r}" if one.parent else place


def unknown(formula: Formula, found: Sequence[Placed]) -> Iterator[Remark]:
    """References to steps that are not there; of a formula that extends others once it has."""
    if formula.extends:
        return
    names = Names(found)
    grows = may_grow(formula, found)
    for one in found:
        for key, name in references(one.step):
            if names.meant(one, name) or (one.in_template and "{" in name):
                continue
            seen = names.seen(one)
            if not (grows and is_inside(name, seen)):
                yield Remark((*one.path, key), _unknown(name, seen, names))


def may_grow(formula: Formula, found: Sequence[Placed]) -> bool:
    """Whether steps may come to be whose ids no file spells out."""
    compose = formula.compose
    woven = compose.expand or compose.map or compose.aspects or compose.hooks or formula.advice
    return bool(woven) or any(one.step.expand or one.step.loop for one in found)


def is_inside(name: str, known: Collection[str]) -> bool:
    """Whether an id reads like that of a step which another gave rise to: `build.iter1.test`."""
    return any(re.match(rf"{re.escape(one)}[.-]|.*-{re.escape(one)}$", name) for one in known)


def _unknown(name: str, seen: Collection[str], names: Names) -> str:
    for room in names.rooms.values():
        if (there := room.get(name)) and there.loop:
            loop = there.loop.step.id
            return f"{name!r} stands in the loop {loop!r}, out of reach from here; need {loop!r}"
    return f"no step {name!r}{nearest(name, seen)}"


def circles(found: Sequence[Placed]) -> Iterator[Remark]:
    """Every cycle, said as a chain at the key that closes it.

    A step with children or a loop ends when those have ended, and they begin when it may.
    """
    names, nodes = Names(found), {one.path: one for one in found}
    keys: dict[str, Placed] = {}
    edges: dict[str, tuple[str, ...]] = {}
    for one in nodes.values():
        label = _label(one)
        keys.setdefault(label, one)
        needs = (_label(need) for need in _needs(one, names, nodes))
        edges[label] = tuple(dict.fromkeys((*edges.get(label, ()), *needs)))
    for chain in cycles(edges):
        one = keys[chain[0]]
        yield Remark(
            (*one.path, _closing(one, keys[chain[1]], names)),
            f"a cycle: {chain_text(chain)}",
            "error",
            "bd: does not notice it",
        )


def _needs(one: Placed, names: Names, nodes: dict[tuple[str | int, ...], Placed]) -> list[Placed]:
    found = [names.meant(one, name) for _, name in references(one.step)]
    around = one
    while outer := around.parent or around.loop:
        found += [names.meant(outer, name) for _, name in references(outer.step)]
        around = outer
    found += [nodes[*one.path, "children", at] for at in range(len(one.step.children))]
    body = one.step.loop.body if one.step.loop else ()
    found += [nodes[*one.path, "loop", "body", at] for at in range(len(body))]
    return [need for need in found if need]


def _label(one: Placed) -> str:
    """An id as a chain shows it; within a loop or a template with what it stands in."""
    if one.loop:
        return f"{_label(one.loop)}/{one.step.id}"
    return one.step.id if one.room == ("steps",) else f"template/{one.step.id}"


def _closing(one: Placed, need: Placed, names: Names) -> str:
    """The key of the one by which it needs the other, in itself or in what it stands in."""
    for key, name in references(one.step):
        if names.meant(one, name) is need:
            return key
    if need.loop is one:
        return "loop"
    return "children" if need.parent is one else "needs"
