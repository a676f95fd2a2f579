"""Kinds: a formula of any kind as a workflow.

A *convoy*'s legs run side by side, and its synthesis after them. An *expansion* by itself is its
template with the target `main`. An *aspect* by itself is one step for each side it lists.
"""

from collections.abc import Mapping
from typing import Any

from gastown.errors import FormulaError
from gastown.formula.cooking.texts import about, place, retexted
from gastown.formula.inputs import missing, variables
from gastown.formula.leg_choice import chosen
from gastown.formula.leg_steps import LegSteps
from gastown.formula.legs import Leg
from gastown.formula.model import Formula
from gastown.formula.step import Step
from gastown.formula.values import text_of

TARGET = "main"
"""The id that an expansion's template gets where it is cooked by itself."""


def as_workflow(formula: Formula, values: Mapping[str, Any], convoy: str = "") -> Formula:
    """The formula with steps in place of what its kind has instead of them.

    Args:
        formula: Any formula; a workflow comes back as it is.
        values: As they were given. Go-template text and the choice of legs need them; in the
            steps' own texts `{{name}}` stays, for the cook to fill in.
        convoy: Names the review where nobody gave it a name.

    Raises:
        FormulaError: With everything that is missing, chosen and not there, or wrong in a text.
    """
    if formula.type == "expansion":
        return _template(formula, values)
    if formula.type not in ("convoy", "aspect") or not (formula.legs or formula.aspects):
        return formula
    try:
        return _legs(formula, values, convoy)
    except ValueError as error:
        raise FormulaError([f"{formula.source or formula.name}: {error}"]) from error


def _legs(formula: Formula, values: Mapping[str, Any], convoy: str) -> Formula:
    if problems := list(missing(formula, values)):
        raise FormulaError([f"{formula.source or formula.name}: {one}" for one in problems])
    sides = tuple(Leg(**aspect.model_dump()) for aspect in formula.aspects)
    made = LegSteps(formula, values, convoy)
    legs = (*chosen(formula, values), *sides)
    steps = tuple(made.leg(leg) for leg in legs)
    if formula.synthesis:
        steps += (made.synthesis(formula.synthesis, [leg.id for leg in legs]),)
    known = variables(formula)
    named = {name: known.get(name, made.others.get(name)) for name in {*known, *made.others}}
    return formula.model_copy(
        update={
            "type": "workflow" if formula.type == "convoy" else formula.type,
            "steps": (*formula.steps, *steps),
            "vars": {name: var for name, var in sorted(named.items()) if var},
            **_NOTHING,
        }
    )


# What was turned into steps and variables is gone, so that nobody does it twice.
_NOTHING: Mapping[str, Any] = {
    name: Formula.model_fields[name].get_default(call_default_factory=True)
    for name in ("legs", "synthesis", "aspects", "inputs", "presets", "prompts", "output")
}


def _template(formula: Formula, values: Mapping[str, Any]) -> Formula:
    """The template with what it is told of its target and its variables."""
    target = Step(id=TARGET, title=formula.name, description=formula.description)
    names = {name: _placed(name, var.default, values) for name, var in formula.vars.items()}
    names |= about(target, "target")
    steps = tuple(retexted(step, lambda text: place(text, names)) for step in formula.template)
    return formula.model_copy(update={"type": "workflow", "steps": steps, "template": ()})


def _placed(name: str, default: str | None, values: Mapping[str, Any]) -> str:
    """A variable's value; one with a brace in it is left to the cook, which fills in only once."""
    try:
        text = text_of(values[name]) if name in values else default or ""
    except ValueError:
        text = ""  # refused with all others when the variables are resolved
    return f"{{{{{name}}}}}" if "{" in text else text
