"""Never: what can't happen with any values: steps that never run, waits and rules for nothing.

A step never runs if its condition is false for every value that its variable may have, or if it
stands in a step or table of which that is true. What needs such a step runs all the same: it needs
what the step needed.
"""

from collections.abc import Iterator, Mapping, Sequence

from gastown.formula.checking.edges import is_inside, may_grow
from gastown.formula.checking.steps import answerable, refusal, slip
from gastown.formula.condition import holds
from gastown.formula.finding import Path, Remark
from gastown.formula.model import Formula
from gastown.formula.names import used
from gastown.formula.pattern import meets
from gastown.formula.placed import Names, Placed, waited_for
from gastown.formula.question import names_of, parse_question
from gastown.formula.step import Step
from gastown.formula.var import Var
from gastown.formula.vars import nearest

# Which tables a formula of each kind makes nothing of.
_DEAD: Mapping[str, tuple[str, ...]] = {
    "workflow": ("template", "legs", "synthesis", "aspects", "presets"),
    "expansion": ("steps", "legs", "synthesis", "aspects", "presets"),
    "aspect": ("template",),
    "convoy": ("template",),
}
# What a gate of these types waits for has a name.
_NAMED = {"gh:run": "run", "gh:pr": "pull request", "mail": "sender", "bead": "bead"}


def never(formula: Formula, found: Sequence[Placed]) -> Iterator[Remark]:
    """What in a formula can never act, or never by itself."""
    names = Names(found)
    for key in _DEAD[formula.type]:
        if getattr(formula, key):
            message = f"a {formula.type} makes nothing of it, so this never runs"
            yield Remark((key,), message, "warning")
    for one in found:
        yield from _condition(formula, one)
        yield from _waits(one, names)
        yield from (Remark((*one.path, *key), said, "warning") for key, said in _gate(one.step))
        if not (formula.extends or one.in_template or may_grow(formula, found)):
            yield from _questions(one, names)
    yield from _globs(formula, found)


def _condition(formula: Formula, one: Placed) -> Iterator[Remark]:
    condition = one.step.condition
    if refusal(lambda text: holds(text, {}), condition) or not condition.strip():
        return
    for name in used(condition):
        if values := _values(formula.vars.get(name)):
            verdicts = {holds(condition, {name: value}) for value in values}
            if len(verdicts) == 1:
                said = "true, so it changes nothing" if True in verdicts else "false"
                shown = ", ".join(value or "empty" for value in values)
                message = f"always {said}: {name} is one of {shown}"
                end = "" if True in verdicts else "; the step never runs"
                severity = "note" if True in verdicts else "warning"
                yield Remark((*one.path, "condition"), f"{message}{end}", severity)


def _values(var: Var | None) -> list[str]:
    """All that a variable may be; empty where that is not known."""
    if var is None or not var.enum or var.type == "list":
        return []
    empty = [""] if not var.required and not var.default else []
    return [*empty, *var.enum]


def _waits(one: Placed, names: Names) -> Iterator[Remark]:
    step = one.step
    if not step.waits_for:
        return
    target = waited_for(step.waits_for)
    name = target or next(iter(step.edges), "")
    path = (*one.path, "waits_for")
    if not name:
        message = "needs nothing, so there are no children to wait for; write children-of(id)"
        yield Remark(path, message, "warning")
        return
    spawner = names.meant(one, name)
    if spawner and not _spawns(spawner.step):
        yield Remark(path, f"{name!r} has no children to wait for", "warning")


def _spawns(step: Step) -> bool:
    return bool(step.children or step.loop or step.expand or step.on_complete)


def _gate(step: Step) -> Iterator[tuple[Path, str]]:
    gate = step.gate
    if gate and not slip(gate) and answerable(gate) is not gate:
        text = gate.await_id or gate.id
        odd = f"{gate.type!r} is no gate that could be judged"
        if gate.type == "conditional":
            odd = refusal(parse_question, text) if text else "there is no condition in await_id"
        yield ("gate",), f"only a person ever opens it: {odd}"
    if gate and gate.type in _NAMED and not (gate.await_id or gate.id):
        message = f"names no {_NAMED[gate.type]}, so only a person ever opens it; write await_id"
        yield ("gate",), message


def _questions(one: Placed, names: Names) -> Iterator[Remark]:
    """Run-time conditions that ask about steps that are not there, which the cook refuses."""
    known = names.seen(one)
    for path, text in _asked(one.step):
        if "{" in text or refusal(parse_question, text):
            continue
        for name in names_of(parse_question(text)):
            if not (is_inside(name, known) or any(_met(name, step) for step in known)):
                message = f"asks about {name!r}, and there is no such step"
                yield Remark((*one.path, *path), f"{message}{nearest(name, known)}")


def _asked(step: Step) -> Iterator[tuple[Path, str]]:
    gate, loop = step.gate, step.loop
    if gate and gate.type == "conditional":
        yield ("gate", "await_id" if gate.await_id else "id"), gate.await_id or gate.id
    if loop and loop.until:
        yield ("loop", "until"), loop.until


def _met(pattern: str, name: str) -> bool:
    try:
        return meets(pattern, name)
    except ValueError:
        return True


def _globs(formula: Formula, found: Sequence[Placed]) -> Iterator[Remark]:
    """Patterns that meet no step of the formula; elsewhere there may be some to meet."""
    rules: list[tuple[Path, str]] = [
        *((("advice", at, "target"), rule.target) for at, rule in enumerate(formula.advice)),
        *((("pointcuts", at, "glob"), cut.glob) for at, cut in enumerate(formula.pointcuts)),
        *((("compose", "map", at, "select"), r.select) for at, r in enumerate(formula.compose.map)),
    ]
    steps = [one.step for one in found if one.path[0] == "steps"]
    ids = [step.id for step in steps]
    grows = bool(formula.compose.expand) or any(one.step.expand or one.step.loop for one in found)
    open_ = formula.type == "aspect" or formula.extends or grows
    for path, pattern in rules:
        if problem := refusal(lambda text: meets(text, "x"), pattern):
            yield Remark(path, problem)
        elif pattern and not open_ and not any(_met(pattern, name) for name in ids):
            yield Remark(path, f"{pattern!r} meets no step", "warning")
    for at, cut in enumerate(() if open_ else formula.pointcuts):
        for key, wanted in (("label", cut.label), ("type", cut.type)):
            if wanted and not any(_has(key, wanted, step) for step in steps):
                yield Remark(
                    ("pointcuts", at, key), f"no step is of the {key} {wanted!r}", "warning"
                )


def _has(key: str, wanted: str, step: Step) -> bool:
    """Whether a step has a label, or is of a type; what a variable says may be anything."""
    own = step.labels if key == "label" else (step.type,)
    return any(one == wanted or "{{" in one for one in own)
