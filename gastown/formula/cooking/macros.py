"""Macros: what `compose` does to steps with other formulas."""

from collections.abc import Mapping

from gastown.formula.compose import Compose
from gastown.formula.library import Library
from gastown.formula.step import Prepared


def composed(
    steps: tuple[Prepared, ...], _compose: Compose, _library: Library, _values: Mapping[str, str]
) -> tuple[Prepared, ...]:
    """The steps themselves, as long as compose.expand and compose.map are not taken from files."""
    return steps


def aspected(
    steps: tuple[Prepared, ...], _compose: Compose, _library: Library, _values: Mapping[str, str]
) -> tuple[Prepared, ...]:
    """The steps themselves, as long as compose.aspects is not taken from files."""
    return steps


def hooked(
    steps: tuple[Prepared, ...], _compose: Compose, _library: Library, _values: Mapping[str, str]
) -> tuple[Prepared, ...]:
    """The steps themselves, as long as compose.hooks is not taken from files."""
    return steps
