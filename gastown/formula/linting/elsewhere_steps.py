"""Elsewhere, of steps: what `bd` and `gt` make of them where that is not what happens here.

The facts are from reading both (snapshots of spring 2026); each remark says what happens here, and
`elsewhere` what happens there.
"""

from collections.abc import Iterator, Mapping, Sequence

from gastown.formula.finding import Path, Remark
from gastown.formula.linting.variables import counters
from gastown.formula.names import placeholders, texts, used
from gastown.formula.placed import Names, Placed, references
from gastown.formula.step import Loop, Step

Said = tuple[Path, str, str]

_GT = "gt: ignores it"
_KEYS: Mapping[str, tuple[str, str]] = {
    "depends_on": ("is the same as needs", _GT),
    "children": ("are steps within the step", _GT),
    "condition": (
        "a step that goes leaves its needs to those that need it",
        f"bd: what needs it waits for nothing; {_GT}",
    ),
    "gate": ("holds the step back until it opens", _GT),
    "loop": ("repeats its body", _GT),
    "expand": (
        "what needs the step needs the last steps in its place",
        f"bd: what needs it waits for nothing; {_GT}",
    ),
    "on_complete": ("is done while the plan runs", f"bd: never does it; {_GT}"),
    "waits_for": ("holds the step back", _GT),
    "interactive": (
        "a person does the step",
        "bd: ignores it; gt: gives all first steps to the session that runs it",
    ),
    "acceptance": ("is part of the step", "bd: ignores it"),
    "design": ("is part of the step", "bd, gt: ignore it"),
    "parallel": (
        "steps run as soon as they may",
        "bd: ignores it; gt: runs only such steps while one is ready",
    ),
}
_LEFT = frozenset({"assignee", "labels", "metadata", "type"})
_DROPPED_IN_TEMPLATE = (
    "notes", "metadata", "waits_for", "expand", "condition", "gate", "loop", "on_complete",
)  # fmt: skip
_INSERTED = frozenset({"id", "title", "description", "type", "role", "each"})


def steps_elsewhere(found: Sequence[Placed]) -> Iterator[Remark]:
    """What other tools make of the steps, each remark at the key it is about."""
    names = Names(found)
    for one in found:
        yield from _notes(one.path, _written(one))
        yield from _notes(one.path, _looped(one, names))
        yield from _notes(one.path, _gated(one.step))
        yield from _notes(one.path, _in_loop(one))
        yield from _notes(one.path, _in_template(one))


def advice_elsewhere(formula_advice: Sequence[tuple[Path, Step]]) -> Iterator[Remark]:
    """What other tools leave out of the steps that advice inserts."""
    for path, step in formula_advice:
        for key in sorted(step.model_fields_set - _INSERTED):
            yield Remark((*path, key), "is kept", "note", "bd: drops it")


def _notes(path: Path, said: Iterator[Said]) -> Iterator[Remark]:
    for key, here, there in said:
        yield Remark((*path, *key), here, "note", there)


def _written(one: Placed) -> Iterator[Said]:
    step = one.step
    for key, (here, there) in _KEYS.items():
        if getattr(step, key):
            yield (key,), here, there
    if step.waits_for == "any-children":
        yield ("waits_for",), "one closed child is enough", "bd: waits for all of them"
    seen = {key: name for key, text in texts(step) if key[0] in _LEFT for name in used(text)}
    for key, name in seen.items():
        yield key, f"{{{{{name}}}}} is replaced", "bd: leaves it as it is written"


def _looped(one: Placed, names: Names) -> Iterator[Said]:
    step, loop = one.step, one.step.loop
    for key, name in references(step):
        need = names.meant(one, name)
        if need and need.step.loop and key != "waits_for":
            yield (key,), f"waits for the last round of {name!r}", "bd: waits for nothing"
    if step.edges and loop:
        key = "needs" if step.needs else "depends_on"
        yield (key,), "the first round waits for these", "bd: it waits for nothing"
    if loop:
        yield from _rounds(loop)


def _rounds(loop: Loop) -> Iterator[Said]:
    if loop.until:
        yield ("loop", "until"), "is asked after each round", "bd: goes round once"
    if "{" in loop.range:
        yield ("loop", "range"), "may use variables", "bd: fails when it cooks"
    for key in ("count", "max"):
        if isinstance(getattr(loop, key), str):
            yield ("loop", key), "may be an expression", "bd: refuses text"


def _gated(step: Step) -> Iterator[Said]:
    gate = step.gate
    if gate is None:
        return
    if gate.type in {"mail", "conditional"}:
        yield ("gate", "type"), "opens by itself", "bd: only a person opens it"
    if "{{" in gate.timeout or "d" in gate.timeout:
        yield ("gate", "timeout"), "is a duration", "bd: can't read it, and waits without end"


def _in_loop(one: Placed) -> Iterator[Said]:
    """Keys that are lost in a loop's body, and counters that are filled in only in some."""
    if one.loop is None:
        return
    step, known = one.step, set(counters(one))
    for key in ("notes", "metadata"):
        if getattr(step, key):
            yield (key,), "is kept in every round", "bd: drops it in a loop"
    for key, text in texts(step):
        top = key[0] in {"title", "description", "expand_vars"} and one.parent is None
        if not top and known & set(placeholders(text)):
            yield key, "the loop's counter is filled in", "bd: leaves it as it is written"


def _in_template(one: Placed) -> Iterator[Said]:
    if one.in_template:
        for key in _DROPPED_IN_TEMPLATE:
            if getattr(one.step, key):
                yield (key,), "is kept where the template goes", "bd: drops it in a template"
