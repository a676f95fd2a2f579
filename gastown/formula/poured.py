"""Bonds: what a fan-out gives the formula that it pours, judged before anything runs."""

from collections.abc import Iterable, Iterator, Mapping

from gastown.errors import FormulaError
from gastown.formula.extend import extended
from gastown.formula.kinds import as_workflow
from gastown.formula.library import Frozen
from gastown.formula.model import Formula
from gastown.formula.names import BINDINGS, used_in
from gastown.formula.plan import PlannedStep
from gastown.formula.vars import nearest


def bond_problems(steps: Iterable[PlannedStep], library: Mapping[str, Formula]) -> Iterator[str]:
    """Variables that a fan-out gives and nothing asks for, and those that it does not give."""
    for step in steps:
        rule = step.fan_out
        if rule:
            for problem in _problems(bonded(rule.bond, library), rule.vars):
                yield f"steps.{step.step}.on_complete: {rule.bond} {problem}"


def bonded(name: str, library: Mapping[str, Formula]) -> Formula:
    """The formula of that name with all that it inherits."""
    frozen = Frozen(library)
    return extended(frozen.load(name), frozen)


def _problems(formula: Formula, given: Mapping[str, str]) -> Iterator[str]:
    try:
        flow = as_workflow(formula, given)
    except FormulaError as error:
        yield from error.findings
        return
    known = {*flow.vars, *used_in(flow)}
    for name in given:
        if name not in known:
            yield f"has no variable {name}{nearest(name, known)}"
    for name, var in flow.vars.items():
        if var.required and not var.default and name not in {*given, *BINDINGS}:
            yield f"needs a value of {name}; write it in vars"
