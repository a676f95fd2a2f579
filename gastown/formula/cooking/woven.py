"""Woven: a formula's steps with all that advice and other formulas put among them.

The order: the formula's own advice, `expand` on steps, compose.expand, compose.map, the aspects of
compose.aspects, compose.hooks.
"""

from collections.abc import Mapping

from gastown.formula.cooking.advice import advised, aspected
from gastown.formula.cooking.expansion import expanded
from gastown.formula.cooking.hooks import hooked
from gastown.formula.cooking.kitchen import Kitchen
from gastown.formula.cooking.macros import composed
from gastown.formula.cooking.splice import Steps
from gastown.formula.cooking.tree import prepared
from gastown.formula.model import Formula


def woven(steps: Steps, formula: Formula, kitchen: Kitchen, chain: tuple[str, ...] = ()) -> Steps:
    """The steps of a formula, as loops, branches and gates left them, with others woven in.

    Args:
        steps: In trees; edges lead to steps that are there.
        formula: With all that it inherits.
        kitchen: Other formulas, the values of this one's variables, and what is done to steps
            that are put in.
        chain: The workflows that led here by compose.hooks.

    Raises:
        FormulaError: With what the formula and its rules say wrong, and where.
    """

    def attached(inner: Formula, values: Mapping[str, str], names: tuple[str, ...]) -> Steps:
        begun = kitchen.prepare(prepared(inner.steps), inner.compose, values)
        return woven(begun, inner, kitchen.of(inner, values), names)

    steps = advised(steps, formula.advice, formula.pointcuts, kitchen)
    steps = expanded(steps, kitchen)
    steps = composed(steps, formula.compose, kitchen)
    steps = expanded(aspected(steps, formula, kitchen), kitchen)
    steps = hooked(steps, formula.compose, kitchen, attached, chain)
    return expanded(steps, kitchen)
