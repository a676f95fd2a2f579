"""Lint: everything worth saying about a formula file, from errors to what is merely odd.

Errors are those of the parser, and roles and formulas that are not there; warnings are what reads
like a mistake; notes are for the curious, above all where other tools would do otherwise.
"""

from collections.abc import Collection, Iterator

from gastown.errors import FormulaError, NotFoundError
from gastown.formula.check import check
from gastown.formula.extend import extended
from gastown.formula.finding import Finding, Remark
from gastown.formula.library import Library
from gastown.formula.linting.elsewhere_steps import advice_elsewhere, steps_elsewhere
from gastown.formula.linting.elsewhere_whole import inherited, whole_elsewhere
from gastown.formula.linting.habits import alone, named, phased, role, worded
from gastown.formula.linting.links import linked
from gastown.formula.linting.never import never
from gastown.formula.linting.trial import tried
from gastown.formula.linting.variables import bound_by, declared, undefined
from gastown.formula.locate import key_of, located
from gastown.formula.model import Formula
from gastown.formula.names import advised, used_in
from gastown.formula.parse import is_json, parse
from gastown.formula.placed import Placed, placed

__all__ = ["bound_by", "lint"]


def lint(
    text: str, source: str, roles: Collection[str], library: Library | None = None
) -> list[Finding]:
    """Every finding, in the order of the lines.

    Args:
        text: The file's text, TOML or JSON.
        source: The file's path, for the findings.
        roles: The roles that the town can play; none given, none checked.
        library: Where the formulas are that this one names; without one they are not judged, nor
            is what depends on them.
    """
    text = text.removeprefix("\ufeff")
    parsed = parse(text, source)
    formula, errors = parsed.formula, [one for one in parsed.findings if one.severity == "error"]
    if errors and not formula.model_fields_set - {"name", "source", "digest"}:
        return parsed.findings
    remarks = _alone(formula, placed(formula), roles)
    remarks += whole_elsewhere(formula, as_json=is_json(text, source))
    remarks += _with_others(formula, library, broken=bool(errors))
    if library and not errors and not any(one.severity == "error" for one in remarks):
        remarks += tried(formula, placed(formula), library)
    said = {(one.line, one.key, one.message) for one in parsed.findings}
    more = located(remarks, formula, text)
    new = [one for one in more if (one.line, one.key, one.message) not in said]
    return sorted([*parsed.findings, *new], key=lambda finding: finding.line or 0)


def _alone(formula: Formula, found: list[Placed], roles: Collection[str]) -> list[Remark]:
    """What can be said of a file by itself."""
    remarks = [*named(formula), *phased(formula), *alone(found), *never(formula, found)]
    for one in found:
        remarks += worded(one, roles)
    for at, leg in enumerate(formula.legs):
        remarks += role(("legs", at), leg.role, roles)
    if formula.synthesis:
        remarks += role(("synthesis",), formula.synthesis.role, roles)
    remarks += steps_elsewhere(found)
    for at, rule in enumerate(formula.advice):
        inserted = [(("advice", at, *path), step) for path, step in advised(rule)]
        remarks += advice_elsewhere(inserted)
    return remarks


def _with_others(formula: Formula, library: Library | None, *, broken: bool) -> Iterator[Remark]:
    """What depends on the formulas that this one names: variables, and what it inherits."""
    found = placed(formula)
    if library is None:
        names_others = bool(formula.extends) or formula.compose.model_fields_set
        yield from declared(formula, (), unused=not names_others)
        yield from () if formula.extends else undefined(formula, found)
        return
    remarks, read = linked(formula, found, library)
    yield from remarks
    used = {name for other in read.values() for name in used_in(other)}
    yield from declared(formula, used, unused=True)
    yield from inherited(formula, [read[name] for name in formula.extends if name in read])
    if formula.extends and not broken and not remarks:
        yield from _extended(formula, library)
    elif not formula.extends:
        yield from undefined(formula, found)


def _extended(formula: Formula, library: Library) -> Iterator[Remark]:
    """What is wrong once the parents are there; their lines are in other files."""
    try:
        whole = extended(formula, library)
    except (FormulaError, NotFoundError) as error:
        yield Remark(("extends",), str(error))
        return
    own = {step.id: at for at, step in enumerate(formula.steps)}
    for remark in [*check(whole), *undefined(whole, placed(whole))]:
        path, at = remark.path, remark.path[1:2]
        if path[0] == "steps" and at and (name := whole.steps[int(at[0])].id) in own:
            yield Remark(("steps", own[name], *path[2:]), remark.message, remark.severity)
        elif remark.severity == "error":
            yield Remark(("extends",), f"{key_of(path, whole)}: {remark.message}")
