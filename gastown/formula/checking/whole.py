"""Whole: what a formula of each kind has to have, its variables, and the tables of a convoy."""

from collections.abc import Iterator, Mapping, Sequence

from gastown.formula.checking.edges import misnamed
from gastown.formula.checking.steps import refusal
from gastown.formula.finding import Path, Remark
from gastown.formula.legs import SYNTHESIS, Aspect, Leg
from gastown.formula.model import Formula
from gastown.formula.var import Var
from gastown.formula.vars import compiled, misfits, nearest


def whole(formula: Formula) -> Iterator[Remark]:
    """What is wrong with the formula as a whole."""
    if not formula.name:
        yield Remark(("formula",), "the name is empty")
    yield from _content(formula)
    for name, var in formula.vars.items():
        yield from _var(name, var)
    yield from _legs(formula)
    yield from _inputs(formula)


def _content(formula: Formula) -> Iterator[Remark]:
    """Without anything of its kind a formula is refused; what it extends may give that."""
    advised = formula.advice or formula.pointcuts
    wanted: Mapping[str, tuple[str, bool]] = {
        "workflow": ("steps", bool(formula.steps)),
        "expansion": ("template", bool(formula.template)),
        "aspect": ("aspects", bool(formula.aspects or advised or formula.steps)),
        "convoy": ("legs", bool(formula.legs)),
    }
    key, there = wanted[formula.type]
    if not there and not formula.extends:
        thing = {"steps": "step", "aspects": "aspect and no advice", "legs": "leg"}.get(key, key)
        message = f"there is no {thing}; write at least one [[{key}]]"
        yield Remark((key,), message, "error", "bd: takes it, as a root without steps")


def _var(name: str, var: Var) -> Iterator[Remark]:
    path = ("vars", name)
    if problem := refusal(compiled, var.pattern):
        yield Remark((*path, "pattern"), problem)
        return
    for problem in misfits(var, var.default or ""):
        yield Remark((*path, "default"), problem)


def _legs(formula: Formula) -> Iterator[Remark]:
    yield from _doubles("legs", formula.legs)
    yield from _doubles("aspects", formula.aspects)
    legs = {leg.id for leg in formula.legs}
    if formula.extends:
        return
    if formula.synthesis and SYNTHESIS in legs:
        yield Remark((SYNTHESIS,), f"a leg is called {SYNTHESIS!r}; call it otherwise")
    needs = formula.synthesis.depends_on if formula.synthesis else ()
    yield from _no_leg((SYNTHESIS, "depends_on"), needs, legs)
    for name, preset in formula.presets.items():
        yield from _no_leg(("presets", name, "legs"), preset.legs, legs)


def _no_leg(path: Path, named: Sequence[str], legs: set[str]) -> Iterator[Remark]:
    for name in named:
        if name not in legs:
            yield Remark(path, f"no leg {name!r}{nearest(name, legs)}")


def _doubles(key: str, listed: Sequence[Leg | Aspect]) -> Iterator[Remark]:
    first: dict[str, int] = {}
    for at, one in enumerate(listed):
        if one.id in first:
            message = f"{one.id!r} is the id of number {first[one.id] + 1} already"
            yield Remark((key, at, "id"), message)
        elif problem := misnamed(one.id, placeholders=False):
            yield Remark((key, at, "id"), problem)
        first.setdefault(one.id, at)


def _inputs(formula: Formula) -> Iterator[Remark]:
    known = {*formula.inputs, *formula.vars}
    for name, one in formula.inputs.items():
        for other in one.required_unless:
            if other not in known and not formula.extends:
                message = f"no input {other!r}{nearest(other, known)}"
                yield Remark(("inputs", name, "required_unless"), message)
