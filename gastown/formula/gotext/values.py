"""Values: what a template may be given, how Go prints it, and what counts as true.

Texts, whole numbers, floats, truths, None, and lists and tables of these.
"""

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any, cast

NO_VALUE = "<no value>"
_DEEP = 20
# From here on Go prints a whole float with an exponent.
_WIDE = 1e21


class Own(str):
    """A value that is the words of the template's author, and not of whoever gave the values."""

    __slots__ = ()


def is_list(value: Any) -> bool:
    """Whether it can be gone through item by item."""
    return isinstance(value, Sequence) and not isinstance(value, str)


def is_true(value: Any) -> bool:
    """Everything but false, 0, nothing, and what is empty; the text "false" is true."""
    return bool(value)


def printed(value: Any) -> str:
    """A value as it is written into the text. Raises ValueError for one that is too deep."""
    return NO_VALUE if value is None else _printed(value, _DEEP)


def _printed(value: Any, depth: int) -> str:
    if not depth:
        raise ValueError(f"the value is nested more than {_DEEP} deep")
    if isinstance(value, Mapping):
        table = cast("Mapping[str, Any]", value)
        parts = (f"{key}:{_printed(table[key], depth - 1)}" for key in sorted(table))
        return f"map[{' '.join(parts)}]"
    if is_list(value):
        return f"[{' '.join(_printed(one, depth - 1) for one in cast('Sequence[Any]', value))}]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    if value is None:
        return "<nil>"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return _float(value)
    return str(value)


def _float(value: float) -> str:
    if not isfinite(value):
        return "NaN" if value != value else ("+Inf" if value > 0 else "-Inf")  # noqa: PLR0124 - nan
    return str(int(value)) if value.is_integer() and abs(value) < _WIDE else repr(value)


def kind(value: Any) -> str:
    """What a value is, in the words of an error."""
    if value is None:
        return "nothing"
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, bool):
        return "a truth"
    if isinstance(value, int | float):
        return "a number"
    return "text" if isinstance(value, str) else "a list"


def as_number(value: Any) -> float | int | None:
    """A number, also one that is written as text, as variables are; None for what is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value
    if not isinstance(value, str):
        return None
    for read in (int, float):
        try:
            return read(value)
        except ValueError:
            continue
    return None
