"""Expansion: a step that says `expand` is replaced by the steps of a template."""

from collections.abc import Mapping

from gastown.formula.library import Library
from gastown.formula.step import Prepared


def expanded(
    steps: tuple[Prepared, ...], _library: Library, _values: Mapping[str, str]
) -> tuple[Prepared, ...]:
    """The steps themselves, as long as `expand` is not taken from files."""
    return steps
