"""Advice: steps put before and after those that a glob meets."""

from collections.abc import Sequence

from gastown.formula.compose import Advice, Pointcut
from gastown.formula.step import Prepared


def advised(
    steps: tuple[Prepared, ...], _advice: Sequence[Advice], _pointcuts: Sequence[Pointcut]
) -> tuple[Prepared, ...]:
    """The steps themselves, as long as `advice` is not taken from files."""
    return steps
