"""Lint: everything worth saying about a formula file, from errors to what is merely odd.

Errors are those of the parser, and roles that nobody plays; warnings are what reads like a
mistake; notes are for the curious.
"""

from collections.abc import Collection, Iterator
from pathlib import PurePath

from gastown.formula.binding import ASSEMBLIES, BEADS, RIGS
from gastown.formula.find import SUFFIXES
from gastown.formula.finding import Finding, Remark
from gastown.formula.keys import STEP_TYPES
from gastown.formula.locate import located, unnamed
from gastown.formula.model import Formula
from gastown.formula.names import BINDINGS, NAME, TEMPLATE_WORDS, texts, used, used_in
from gastown.formula.parse import parse
from gastown.formula.step import Step
from gastown.formula.vars import nearest

_BOUND = {
    "": frozenset[str](),
    RIGS: frozenset({"rig"}),
    BEADS: frozenset({"rig", "bead", "bead_title"}),
    ASSEMBLIES: frozenset({"rig", "assembly"}),
}


def lint(text: str, source: str, roles: Collection[str]) -> list[Finding]:
    """Every finding, in the order of the lines.

    Args:
        text: The file's text, TOML or JSON.
        source: The file's path, for the findings.
        roles: The roles that the town can play; none given, none checked.
    """
    parsed = parse(text, source)
    formula = parsed.formula
    if not formula.steps:
        return parsed.findings
    remarks = [*_named(formula), *_variables(formula), *_lone(formula)]
    for place, step in enumerate(formula.steps):
        remarks += _undefined(formula, place, step)
        remarks += _words(place, step, roles)
    findings = [*parsed.findings, *located(remarks, formula, text)]
    return sorted(findings, key=lambda finding: finding.line or 0)


def bound_by(each: str) -> frozenset[str]:
    """The names that a step with this `each` may use without a variable of that name."""
    return _BOUND.get(each, frozenset({"item"})) | {"convoy"}


def _named(formula: Formula) -> Iterator[Remark]:
    """A file that is found by another name than the one its plans go by."""
    file = PurePath(formula.source).name
    stem = next((file.removesuffix(one) for one in SUFFIXES if file.endswith(one)), formula.name)
    if stem != formula.name:
        message = f"the file's name says {stem!r}, by which it is found; let both say the same"
        yield Remark(("formula",), message, "warning")


def _variables(formula: Formula) -> Iterator[Remark]:
    names = used_in(formula)
    for name in formula.vars:
        path = ("vars", name)
        if not NAME.fullmatch(f"{{{{{name}}}}}"):
            message = "no text can use this name: letters, digits and _ only"
            yield Remark(path, message, "warning")
        elif name not in names:
            yield Remark(path, "no text, condition or each uses it", "warning")
        if name in BINDINGS:
            hidden = "hidden in steps whose each binds this name"
            yield Remark(path, hidden, "note")


def _undefined(formula: Formula, place: int, step: Step) -> Iterator[Remark]:
    known = {*formula.vars, *bound_by(step.each)}
    said: set[tuple[str, str]] = set()
    for key, text in texts(step):
        for name in used(text):
            if name not in known | TEMPLATE_WORDS and (key, name) not in said:
                said.add((key, name))
                yield Remark(("steps", place, key), _undefined_text(name, known), "warning")
    for name in used(step.condition):
        if name not in formula.vars:
            message = f"{{{{{name}}}}} is no variable, so it is empty{nearest(name, formula.vars)}"
            yield Remark(("steps", place, "condition"), message, "warning")


def _undefined_text(name: str, known: Collection[str]) -> str:
    shown = f"{{{{{name}}}}}"
    if name in BINDINGS:
        return f"nothing binds {shown} here; it stays as it is written"
    return f"{shown} is no variable; it stays as it is written{nearest(name, known)}"


def _words(place: int, step: Step, roles: Collection[str]) -> Iterator[Remark]:
    path = ("steps", place)
    if step.role and roles and not used(step.role) and step.role not in roles:
        message = f"nobody plays the role {step.role!r}{nearest(step.role, roles)}"
        yield Remark((*path, "role"), message)
    if step.type not in STEP_TYPES and not used(step.type):
        message = f"{step.type!r} is none of {', '.join(sorted(STEP_TYPES))}; bd makes it a task"
        yield Remark((*path, "type"), message, "warning")
    if not step.title and not unnamed(step.id):
        yield Remark(path, "has no title, so its key stands in; bd refuses this", "warning")


def _lone(formula: Formula) -> Iterator[Remark]:
    """Steps that neither need nor are needed, where the formula has others."""
    needed = {need for step in formula.steps for need in step.edges}
    for place, step in enumerate(formula.steps):
        alone = not step.edges and step.id not in needed and not unnamed(step.id)
        if alone and len(formula.steps) > 1:
            message = "needs nothing and nothing needs it: it runs beside all others"
            yield Remark(("steps", place), message, "note")
