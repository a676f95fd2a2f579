"""Keep: the steps whose condition holds."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from gastown.errors import FormulaError
from gastown.formula.condition import holds
from gastown.formula.cooking.drop import without
from gastown.formula.cooking.tree import everyone, prepared
from gastown.formula.step import Prepared, Step


def keep(steps: Sequence[Step], values: Mapping[str, str]) -> tuple[Prepared, ...]:
    """The steps whose condition holds; what needed another inherits its needs.

    Conditions in the bodies of loops are left for later: they may ask for the round. Raises
    FormulaError for a condition of no known form.
    """
    trees = prepared(steps)
    return without(trees, set(_failing(trees, values)))


def _failing(steps: Iterable[Prepared], values: Mapping[str, str]) -> Iterator[str]:
    for step in everyone(steps):
        if step.condition:
            try:
                if not holds(step.condition, values):
                    yield step.id
            except ValueError as error:
                raise FormulaError([f"steps.{step.id}.condition: {error}"]) from error
