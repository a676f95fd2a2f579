"""Elsewhere, of whole formulas: what `bd` and `gt` make of them where it is not what happens here.

As for steps, each remark says what happens here, and `elsewhere` what happens there.
"""

from collections.abc import Collection, Iterator, Mapping

from gastown.formula.finding import Path, Remark
from gastown.formula.model import Formula
from gastown.formula.names import advised, used_in
from gastown.formula.var import Var

Said = tuple[Path, str, str]

_CONVOY = ("legs", "synthesis", "inputs", "prompts", "output")
_COMPOSE: Mapping[str, tuple[str, str]] = {
    "bond_points": ("other molecules are attached there", "bd: only lists them"),
    "hooks": ("are attached where they fit", "bd: never fires them"),
    "gate": ("holds the step back", "bd: only puts a label on it"),
    "map": ("steps are met in the order of the file", "bd: in no fixed order"),
}
_LOST_ON_EXTENDS = ("template", "advice", "pointcuts", "phase", "pour")


def whole_elsewhere(formula: Formula, *, as_json: bool) -> Iterator[Remark]:
    """What other tools make of a formula as a whole."""
    for path, here, there in _said(formula, as_json=as_json):
        yield Remark(path, here, "note", there)


def _said(formula: Formula, *, as_json: bool) -> Iterator[Said]:
    if as_json:
        yield (), "a formula may be JSON", "gt: reads TOML only"
    yield from _kind(formula)
    yield from _variables(formula)
    yield from _compose(formula)
    yield from _extends(formula)
    yield from _advice(formula)
    if formula.pour:
        yield ("pour",), "is known to whoever runs the formula", "bd, gt: only store it"
    if formula.squash:
        yield ("squash",), "says what becomes of the beads", "bd, gt: ignore it"


def _kind(formula: Formula) -> Iterator[Said]:
    if formula.type == "aspect" and not formula.aspects:
        yield ("formula",), "an aspect may be advice alone", "gt: refuses it without [[aspects]]"
    for key in _CONVOY:
        if key in formula.model_fields_set and getattr(formula, key):
            yield (key,), "is acted on", "bd: ignores it"
    if formula.presets:
        yield ("presets",), "choose legs", "bd, gt: ignore them"
    if formula.synthesis and formula.synthesis.depends_on:
        yield ("synthesis", "depends_on"), "waits for these legs", "gt: waits for all legs"
    for name, one in formula.inputs.items():
        if one.required or one.required_unless:
            key = "required" if one.required else "required_unless"
            yield ("inputs", name, key), "is enforced", "gt: runs without a value"


def _variables(formula: Formula) -> Iterator[Said]:
    names = used_in(formula)
    for name, var in formula.vars.items():
        for key, here, there in _variable(var, name in names):
            yield ("vars", name, *key), here, there
    if formula.type == "workflow" and names & {*formula.vars}:
        yield ("vars",), "names in texts are replaced", "gt: formula run leaves them as written"


def _variable(var: Var, is_used: bool) -> Iterator[Said]:
    if var.required and var.default is not None:
        yield ("required",), "the default counts where nobody gives a value", "bd: refuses both"
    elif var.required and not is_used:
        yield ("required",), "is asked for", "bd: asks only for what a text uses"
    elif var.default is None and not var.required and is_used:
        yield (), "is empty where nobody gives a value", "bd: asks for one"
    for key in ("enum", "pattern"):
        if getattr(var, key):
            yield (key,), "is enforced", "bd: takes any value"
    if var.type != "string":
        yield (), f"is of the type {var.type}, and a value has to fit", "bd: takes any value"


def _compose(formula: Formula) -> Iterator[Said]:
    compose = formula.compose
    if any(getattr(compose, key) for key in type(compose).model_fields):
        yield ("compose",), "is acted on", "gt: formula run does not compose"
    for key, (here, there) in _COMPOSE.items():
        if getattr(compose, key):
            yield ("compose", key), here, there


def _extends(formula: Formula) -> Iterator[Said]:
    if not formula.extends:
        return
    here = "everything is inherited"
    yield ("extends",), here, "bd: steps, variables and compose alone; gt: run does not resolve it"
    for key in _LOST_ON_EXTENDS:
        if getattr(formula, key):
            yield (key,), "stands beside extends", "bd: loses it"
    for key in ("branch", "gate", "aspects"):
        if getattr(formula.compose, key):
            yield ("compose", key), "adds to the parents'", "bd: loses it if a parent composes"


def inherited(formula: Formula, parents: Collection[Formula]) -> Iterator[Remark]:
    """Steps that take the place of a parent's; those are known once the parents are read."""
    ids = {step.id for parent in parents for step in parent.steps}
    for at, step in enumerate(formula.steps):
        if step.id in ids:
            here = "overrides the parent's step in its place"
            there = "bd: the whole step goes; gt: refuses the formula"
            yield Remark(("steps", at, "id"), here, "note", there)


def _advice(formula: Formula) -> Iterator[Said]:
    for at, rule in enumerate(formula.advice):
        for path, _ in advised(rule):
            if path[-1] != 0:
                continue
            before = "before" in path
            here = "what the step needs" if before else "it"
            message = f"wait for {here}" if before else "what needed the step needs the last of it"
            there = "bd: they wait for nothing" if before else "bd: nothing waits for them"
            yield ("advice", at, *path[:-1]), message, f"{there}; gt: ignores advice"
    if formula.pointcuts:
        yield ("pointcuts",), "limit what advice meets", "bd: never applies them"
