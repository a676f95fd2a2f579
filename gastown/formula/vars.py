"""Variables: what a formula asks for, and the values a cook works with.

All that is wrong is said at once: what is missing, what nothing asks for, what does not fit.
"""

import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from gastown.errors import FormulaError
from gastown.formula.binding import SCOPES
from gastown.formula.model import Formula
from gastown.formula.names import BINDINGS, TEMPLATE_WORDS, used_in
from gastown.formula.values import FALSE, TRUE, items, text_of
from gastown.formula.var import Var

_WHOLE = re.compile(r"[+-]?[0-9]+")


def resolve(formula: Formula, given: Mapping[str, Any]) -> dict[str, str]:
    """The value of every variable: the one given, else the default, else empty text.

    A name that the formula uses in a text without declaring it may be given too.

    Raises:
        FormulaError: Naming every variable that is required and missing, unknown, or of a value
            that its type, enum or pattern refuses.
    """
    values, problems = _texts(given)
    problems += _unknown(formula, given)
    needed = [name for name, var in formula.vars.items() if var.required and var.default is None]
    if missing := sorted(name for name in needed if given.get(name, "") == ""):
        ways = " ".join(f"--set {name}=…" for name in missing)
        problems.append(f"missing: {', '.join(missing)}; give a value with {ways}")
    for name, var in formula.vars.items():
        values.setdefault(name, var.default or "")
        problems += [f"variable {name}: {problem}" for problem in misfits(var, values[name])]
    if problems:
        raise FormulaError([f"{formula.source or formula.name}: {one}" for one in problems])
    return dict(sorted(values.items()))


def _texts(given: Mapping[str, Any]) -> tuple[dict[str, str], list[str]]:
    values: dict[str, str] = {}
    problems: list[str] = []
    for name, value in given.items():
        try:
            values[name] = text_of(value)
        except ValueError as error:
            problems.append(f"variable {name}: {error}")
    return values, problems


def _unknown(formula: Formula, given: Mapping[str, Any]) -> Iterator[str]:
    known = {*formula.vars, *used_in(formula)}
    bound = {*BINDINGS, *TEMPLATE_WORDS, *SCOPES} - {*formula.vars}
    names = ", ".join(sorted(known - bound))
    there = f"there are: {names}" if names else "there is none"
    for name in sorted(given):
        if name not in known:
            yield f"variable {name}: no such variable; {there}"


def nearest(name: str, known: Iterable[str]) -> str:
    """`; did you mean x?` for the closest known name, or nothing."""
    close = get_close_matches(name, sorted(known), n=1)
    return f"; did you mean {close[0]}?" if close else ""


def misfits(var: Var, value: str) -> Iterator[str]:
    """Why a value does not fit its variable; empty text stands for none and always fits."""
    for one in items(value) if var.type == "list" else (value,):
        if not one:
            continue
        if var.type == "int" and not _WHOLE.fullmatch(one):
            yield f"{one!r} is not a whole number"
        if var.type == "bool" and one.lower() not in TRUE | FALSE:
            yield f"{one!r} is neither true nor false"
        if var.enum and one not in var.enum:
            yield f"{one!r} is none of {', '.join(var.enum)}"
        if var.pattern and not compiled(var.pattern).search(one):
            yield f"{one!r} does not match {var.pattern!r}"


def compiled(pattern: str) -> re.Pattern[str]:
    """A variable's pattern; it may match anywhere. Raises ValueError for one that is none."""
    try:
        with warnings.catch_warnings(action="error"):
            return re.compile(pattern)
    except (re.error, OverflowError, RecursionError, Warning) as error:
        raise ValueError(f"{pattern!r} is not a regular expression: {error}") from error
