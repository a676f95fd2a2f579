"""Expansion: a step is replaced by the steps of a template.

The first of them inherit what the step needed, and what needed the step needs the last of them.
Who does the step (`role`, `each`) is inherited where the template does not say it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gastown.formula.compose import Compose
from gastown.formula.condition import holds
from gastown.formula.cooking.kitchen import Kitchen, overlaid
from gastown.formula.cooking.splice import (
    Region,
    Steps,
    ends,
    everything,
    roots,
    spliced,
)
from gastown.formula.cooking.texts import about, place, retexted, unplaced
from gastown.formula.cooking.tree import (
    changed,
    everywhere,
    prepared,
    retold,
    with_body,
    with_edges,
)
from gastown.formula.cooking.verify import verify
from gastown.formula.model import Formula
from gastown.formula.names import used
from gastown.formula.step import Gate, Prepared, Step
from gastown.formula.vars import nearest

MAX_DEPTH = 5
# A template of many steps, put in the place of each of many, is a mistake long before this.
MAX_STEPS = 20_000

_ID = re.compile(r"[^\s\[\]{}]+")
_INHERITED = ("role", "each")
# A condition that no formula's values make true, as no variable has this name.
_NEVER = "{{__}}"


@dataclass(frozen=True, slots=True)
class Ask:
    """What a step is to be replaced by, and where that is written."""

    name: str
    vars: Mapping[str, str]
    where: str


def expanded(steps: Steps, kitchen: Kitchen) -> Steps:
    """The steps with each that says `expand` replaced, and so on inside of what is put in.

    Raises:
        FormulaError: An expansion is not there or is none, a variable of it is missing or unfit,
            expansions nest more than five deep, or two steps have the same id afterwards.
    """
    while any(step.expand for _, step in everything(steps)):
        steps = replaced(steps, _asked, kitchen)
    return steps


def _asked(step: Prepared, name: str) -> Ask | None:
    return Ask(step.expand, step.expand_vars, f"steps.{name}.expand") if step.expand else None


def replaced(steps: Steps, asked: Callable[[Prepared, str], Ask | None], kitchen: Kitchen) -> Steps:
    """The steps, with each replaced for which something is asked; what is put in stays as it is.

    Raises FormulaError.
    """
    count = sum(1 for _ in everything(steps))

    def instead(step: Prepared, name: str) -> Region | None:
        nonlocal count
        ask = asked(step, name)
        if ask is None:
            return None
        fresh = instance(step, ask, kitchen)
        count += sum(1 for _ in everything(fresh))
        if count > MAX_STEPS:
            raise kitchen.wrong(ask.where, f"{ask.name} makes more than {MAX_STEPS} steps in all")
        return region(step, fresh)

    made = spliced(steps, instead)
    verify(made, steps, kitchen)
    return kitchen.prepare(made, Compose(), kitchen.values)


def region(step: Prepared, fresh: Steps) -> Region:
    """What comes in the place of a step.

    The step stays, as a join of what replaces it, where it has children, a gate or something to
    wait for of its own.
    """
    asking = step.kind == "gate"
    step = retold(step, expand="", expand_vars={}, kind="work", interactive=False)
    if asking:
        step = retold(step, gate=None)
    if step.children or step.gate or step.waits_for:
        return Region(kept=retold(step, kind="join"), inside=fresh)
    first = _person(step) if asking else ()
    edges = tuple(one.id for one in first) or step.edges
    begin = set(roots(fresh))
    rest = (with_edges(one, (*edges, *one.edges)) if one.id in begin else one for one in fresh)
    return Region(before=(*first, *rest), sinks=ends(fresh))


def _person(step: Prepared) -> Steps:
    """A step that a person does, as a gate in front of what replaces it."""
    title = f"human before {step.title or step.id}"
    update = {"id": f"{step.id}.gate-human", "title": title, "kind": "gate", "gate": Gate()}
    return (retold(step, **update),)


def instance(step: Prepared, ask: Ask, kitchen: Kitchen) -> Steps:
    """The steps of a template, with all that it says of its target. Raises FormulaError."""
    _allowed(step, ask, kitchen)
    formula = kitchen.expansion(ask.name, ask.where)
    target = about(step, "target")
    given = {name: place(value, target) for name, value in ask.vars.items()}
    own = overlaid(formula, {**_shared(formula, kitchen), **given}, ask.where, kitchen)
    known = {**own, **target}
    origin = (*step.origin, (step.id, ask.name))
    doer = {key: getattr(step, key) for key in _INHERITED if getattr(step, key)}
    texts = (retexted(one, lambda text: place(text, known)) for one in formula.template)
    marked = tuple(_marked(one, origin, doer) for one in texts)
    fresh = changed(marked, lambda one: [_judged(one, own, kitchen)])
    _told(fresh, known, ask, kitchen)
    return fresh


def _shared(formula: Formula, kitchen: Kitchen) -> dict[str, str]:
    """What the outer formula has under the name of a variable that must have a value."""
    asked = (name for name, var in formula.vars.items() if var.required and not var.default)
    return {name: f"{{{{{name}}}}}" for name in asked if name in kitchen.values}


def _judged(step: Prepared, own: Mapping[str, str], kitchen: Kitchen) -> Prepared:
    """A template's step whose condition asks for a variable of the expansion, as answered."""
    names = set(used(step.condition)) - kitchen.values.keys()
    if names.isdisjoint(own):
        return step
    try:
        return retold(step, condition="" if holds(step.condition, own) else _NEVER)
    except ValueError:
        return step  # who reads conditions says what is wrong with it


def _allowed(step: Prepared, ask: Ask, kitchen: Kitchen) -> None:
    chain = [name for _, name in step.origin]
    if len(chain) >= MAX_DEPTH:
        shown = " -> ".join([*chain, ask.name])
        raise kitchen.wrong(ask.where, f"expansions nest more than {MAX_DEPTH} deep: {shown}")
    if not weavable(step):
        what = "gate" if step.kind == "gate" else "loop, or a join of other steps"
        message = f"{step.id} is a {what}, which {ask.name} can't replace; expand a step of it"
        raise kitchen.wrong(ask.where, message)
    if step.on_complete:
        message = f"{step.id} has on_complete, which {ask.name} would replace"
        raise kitchen.wrong(ask.where, f"{message}; write it on a step of the template")


def written(step: Prepared) -> bool:
    """Whether a step is one that a file says, and not what a pass made of a gate or a loop."""
    return step.kind == "work" or step.interactive


def enclosable(step: Prepared) -> bool:
    """The same of a step that others may stand around: also a loop, or a parent, as a whole."""
    return written(step) or (step.kind == "join" and bool(step.children))


def weavable(step: Prepared) -> bool:
    """The same of a step that another may stand in the place of."""
    return written(step) and not step.loop


def _marked(step: Step, origin: tuple[tuple[str, str], ...], doer: Mapping[str, Any]) -> Prepared:
    """A template's step as one that came in the place of another, with all inside of it."""
    fresh = prepared([step])[0]
    update: dict[str, Any] = {"origin": origin}
    if step.children:
        update["children"] = tuple(_marked(child, origin, doer) for child in step.children)
    if step.loop:
        body = tuple(_marked(inner, origin, doer) for inner in step.loop.body)
        update["loop"] = with_body(step.loop, body)
    others = {one.each for one in everywhere([fresh])} - {"", doer.get("each", "")}
    said = {*step.model_fields_set, *(["each"] if others else [])}
    update |= {key: value for key, value in doer.items() if key not in said}
    return retold(fresh, **update)


def _told(fresh: Steps, known: Mapping[str, str], ask: Ask, kitchen: Kitchen) -> None:
    """Refuse ids that are none once the names have their values."""
    for _, step in everything(fresh):
        if names := unplaced(step.id):
            there = f"there are: {', '.join(known)}{nearest(names[0], known)}"
            message = f"{ask.name}: nothing gives {{{names[0]}}} in the id {step.id!r}; {there}"
            raise kitchen.wrong(ask.where, message)
        if not _ID.fullmatch(step.id):
            message = f"{ask.name} makes the id {step.id!r}"
            raise kitchen.wrong(ask.where, f"{message}: not empty, no space, bracket or brace")
