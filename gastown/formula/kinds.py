"""Kinds: a formula of any kind as a workflow."""

from collections.abc import Mapping

from gastown.formula.model import Formula


def as_workflow(formula: Formula, _values: Mapping[str, str]) -> Formula:
    """The formula itself, as long as files of other kinds are refused."""
    return formula
