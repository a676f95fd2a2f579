"""Variables: names that nothing defines, and variables that nothing uses."""

import re
from collections.abc import Collection, Iterator, Sequence

from gastown.errors import TemplateError
from gastown.formula.binding import ASSEMBLIES, BEADS, RIGS
from gastown.formula.finding import Path, Remark
from gastown.formula.gotext.render import fields
from gastown.formula.inputs import SAID, review_ids, variables
from gastown.formula.keys import near
from gastown.formula.model import Formula
from gastown.formula.names import (
    BINDINGS,
    IN_EXPRESSION,
    NAME,
    TEMPLATE_WORDS,
    advised,
    expressions,
    placeholders,
    texts,
    used,
    used_in,
)
from gastown.formula.placed import Placed, placed
from gastown.formula.step import Step
from gastown.formula.vars import nearest

_BOUND = {
    "": frozenset[str](),
    RIGS: frozenset({"rig"}),
    BEADS: frozenset({"rig", "bead", "bead_title"}),
    ASSEMBLIES: frozenset({"rig", "assembly"}),
}
_TARGET = ("target", "target.id", "target.title", "target.description")
_ADVISED = ("step.id", "step.title", "step.description")
_BLOCK = re.compile(r"\{\{[#^]([^{}]*)\}\}")  # of Handlebars, which an agent reads as prose
_ELSEWHERE = re.compile(
    r"\{\{(?=\s|\.|\w+\s)\s*\.?([A-Za-z_]\w*)\s*\}\}"
)  # as Go or Jinja write it
_WORD = re.compile(r"[A-Za-z_]\w*")
_NOT_RE2 = re.compile(r"\(\?<?[=!]|\(\?>|\\[1-9]|\(\?P=|[*+?}]\+|\\Z")


def bound_by(each: str) -> frozenset[str]:
    """The names that a step with this `each` may use without a variable of that name."""
    return _BOUND.get(each, frozenset({"item"})) | {"convoy"}


def declared(formula: Formula, others: Collection[str], *, unused: bool) -> Iterator[Remark]:
    """What is odd about the variables a formula declares; `others` are names used elsewhere."""
    names = {*used_in(formula), *others, *_in_templates(formula)}
    for name, var in formula.vars.items():
        path = ("vars", name)
        if not NAME.fullmatch(f"{{{{{name}}}}}"):
            message = "no text can use this name: letters, digits and _ only"
            yield Remark(path, message, "warning")
        elif name not in names and unused:
            yield Remark(path, "no text, condition or each uses it", "warning")
        if name == "convoy":
            message = "without a value it is the id of the run's own convoy"
            yield Remark(path, message, "note")
        elif name in BINDINGS:
            yield Remark(path, "hidden in steps whose each binds this name", "note")
        if var.pattern and _NOT_RE2.search(var.pattern):
            message = "has what only Python's expressions know"
            yield Remark((*path, "pattern"), message, "note", "bd: refuses it, where it judges it")


def _in_templates(formula: Formula) -> Iterator[str]:
    """Names in single braces, as templates and loops use them, and those of templates' text."""
    for steps in (formula.template, formula.steps):
        for step in steps:
            yield from _in_braces(step)
    for _, text in go_texts(formula):
        yield from _fields(text)
    prose = (text for one in placed(formula) for _, text in texts(one.step))
    for text in (formula.description, *prose):
        yield from _ELSEWHERE.findall(text)
        for said in _BLOCK.findall(text):
            yield from _WORD.findall(said)


def _in_braces(step: Step) -> Iterator[str]:
    for _, text in [*texts(step), (("id",), step.id), (("condition",), step.condition)]:
        yield from placeholders(text)
    for need in step.edges:
        yield from placeholders(need)
    for inner in (*step.children, *(step.loop.body if step.loop else ())):
        yield from _in_braces(inner)


def go_texts(formula: Formula) -> Iterator[tuple[Path, str]]:
    """Every Go-template text, with its path."""
    for at, leg in enumerate(formula.legs):
        for key in ("title", "focus", "description"):
            yield ("legs", at, key), getattr(leg, key)
    yield from ((("prompts", name), text) for name, text in formula.prompts.items())
    if formula.synthesis:
        for key in ("title", "description"):
            yield ("synthesis", key), getattr(formula.synthesis, key)
    for key in ("directory", "leg_pattern", "synthesis"):
        yield ("output", key), getattr(formula.output, key)


def _fields(text: str) -> Collection[str]:
    """The names that a Go-template text takes; an error of it is said by the check."""
    try:
        return fields(text) if "{{" in text else ()
    except TemplateError:
        return ()


def undefined(formula: Formula, found: Sequence[Placed]) -> Iterator[Remark]:
    """Names in texts that nothing gives a value to, each once in a key."""
    for one in found:
        yield from _once(_in_step(formula, one))
        yield from _once(_slips(formula, one))
    for at, rule in enumerate(formula.advice):
        known = {*formula.vars, *_ADVISED}
        for path, step in advised(rule):
            yield from _once(_near_misses(("advice", at, *path), step, known))
    if formula.legs:
        known = {*variables(formula), *SAID, *review_ids(formula)}
        for path, text in go_texts(formula):
            for name in sorted({*_fields(text)} - known):
                message = f"{{{{.{name}}}}} is no input; it stays empty{nearest(name, known)}"
                yield Remark(path, message, "warning")


def _once(remarks: Iterator[Remark]) -> Iterator[Remark]:
    yield from dict.fromkeys(remarks)


def _in_step(formula: Formula, one: Placed) -> Iterator[Remark]:
    """In a template a name may be the outer formula's, so only a near miss is told there."""
    known = {*formula.vars, *_bound(one)}
    for path, text in texts(one.step):
        for name in used(text):
            if name in known | TEMPLATE_WORDS or (one.in_template and not near(name, known)):
                continue
            yield Remark((*one.path, *path), _undefined_text(name, known), "warning")
        for found in _ELSEWHERE.finditer(text):
            if found[1] in known or near(found[1], known):
                message = f"{found[0]} stays as it is written; a step's text has {{{{{found[1]}}}}}"
                yield Remark((*one.path, *path), message, "warning")
    if not one.in_template:
        yield from _in_conditions(formula, one)


def _in_conditions(formula: Formula, one: Placed) -> Iterator[Remark]:
    for name in used(one.step.condition):
        if name not in formula.vars:
            message = f"{{{{{name}}}}} is no variable, so it is empty{nearest(name, formula.vars)}"
            yield Remark((*one.path, "condition"), message, "warning")
    for path, text in expressions(one.step):
        for name in IN_EXPRESSION.findall(text):
            if name not in {*formula.vars, *counters(one)}:
                message = f"{name} is no variable, so this gives no number"
                hint = nearest(name, formula.vars)
                yield Remark((*one.path, *path), f"{message}{hint}", "warning")


def _bound(one: Placed) -> frozenset[str]:
    """What `each` binds: that of the step, and of all that it stands in."""
    outer = one.parent or one.loop
    return bound_by(one.step.each) | (_bound(outer) if outer else frozenset[str]())


def counters(one: Placed) -> list[str]:
    """The counters of the loops that a step stands in."""
    loop = one.loop
    inner = [loop.step.loop.var] if loop and loop.step.loop and loop.step.loop.var else []
    return inner + (counters(loop) if loop else [])


def _slips(formula: Formula, one: Placed) -> Iterator[Remark]:
    """Names in single braces that are nearly one that is known here."""
    known = set(counters(one))
    if one.in_template:
        known |= {*formula.vars, *_TARGET}
    yield from _near_misses(one.path, one.step, known)


def _near_misses(path: Path, step: Step, known: Collection[str]) -> Iterator[Remark]:
    for inner, text in texts(step):
        for name in placeholders(text):
            if name not in known and (meant := near(name, known)):
                message = f"{{{name}}} stays as it is written; did you mean {{{meant}}}?"
                yield Remark((*path, *inner), message, "warning")


def _undefined_text(name: str, known: Collection[str]) -> str:
    shown = f"{{{{{name}}}}}"
    if name == "rig":
        return f"{shown} is the rig where a run has only one; else it stays as it is written"
    if name in BINDINGS:
        return f"nothing binds {shown} here; it stays as it is written"
    return f"{shown} is no variable; it stays as it is written{nearest(name, known)}"
