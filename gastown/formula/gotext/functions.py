"""Functions: what a template may call. Each raises ValueError for what it can't take."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, cast

from gastown.formula.gotext.formats import formatted
from gastown.formula.gotext.values import as_number, is_list, is_true, kind, printed

Values = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Function:
    """A function and how many arguments it takes; `most` None: any number."""

    call: Callable[[Values], Any]
    least: int
    most: int | None


def same(one: Any, other: Any) -> bool:
    """Equal as Go says; and a number equals its text, nothing equals empty text.

    Variables are text, whatever they stand for: `eq .count 3` is meant for "3".
    """
    for value in (one, other):
        if is_list(value) or isinstance(value, Mapping):
            raise ValueError(f"{kind(value)} can't be compared")
    numbers = as_number(one), as_number(other)
    if kind(one) != kind(other) and None not in numbers:
        return numbers[0] == numbers[1]
    texts = ["" if value is None else printed(value) for value in (one, other)]
    return texts[0] == texts[1]


def _less(one: Any, other: Any) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return one < other
    left, right = as_number(one), as_number(other)
    if left is None or right is None:
        raise ValueError(f"{kind(one)} and {kind(other)} have no order")
    return left < right


def _index(values: Values) -> Any:
    found = values[0]
    for key in values[1:]:
        found = _item(found, key)
    return found


def _item(value: Any, key: Any) -> Any:
    if isinstance(value, Mapping):
        return cast("Mapping[str, Any]", value).get(printed(key))
    if not is_list(value):
        raise ValueError(f"{kind(value)} has no items")
    place = as_number(key)
    if not isinstance(place, int) or not 0 <= place < len(value):
        raise ValueError(f"{printed(key)} is no place in a list of {len(value)}")
    return value[place]


def _length(values: Values) -> int:
    value = values[0]
    if isinstance(value, str):
        return len(value.encode(errors="surrogatepass"))
    if is_list(value) or isinstance(value, Mapping):
        return len(cast("Sequence[Any]", value))
    raise ValueError(f"{kind(value)} has no length")


def _join(values: Values) -> str:
    """Go's order is list, separator; a pipe gives the list last. Both are taken."""
    parts, between = values if is_list(values[0]) else reversed(values)
    if not is_list(parts) or not isinstance(between, str):
        raise ValueError(f"takes a list and a text, not {kind(parts)} and {kind(between)}")
    return between.join(printed(one) for one in parts)


def _case(change: Callable[[str], str]) -> Callable[[Values], str]:
    return lambda values: change(printed(values[0]))


FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        "eq": Function(lambda v: any(same(v[0], one) for one in v[1:]), 2, None),
        "ne": Function(lambda v: not same(v[0], v[1]), 2, 2),
        "lt": Function(lambda v: _less(v[0], v[1]), 2, 2),
        "le": Function(lambda v: not _less(v[1], v[0]), 2, 2),
        "gt": Function(lambda v: _less(v[1], v[0]), 2, 2),
        "ge": Function(lambda v: not _less(v[0], v[1]), 2, 2),
        "not": Function(lambda v: not is_true(v[0]), 1, 1),
        # The renderer stops at the first that decides; these are for the number of arguments.
        "and": Function(lambda v: v[-1], 1, None),
        "or": Function(lambda v: v[-1], 1, None),
        "len": Function(_length, 1, 1),
        "index": Function(_index, 1, None),
        "print": Function(lambda v: "".join(map(printed, v)), 0, None),
        "println": Function(lambda v: " ".join(map(printed, v)) + "\n", 0, None),
        "printf": Function(lambda v: formatted(v[0], v[1:]), 1, None),
        "join": Function(_join, 2, 2),
        "lower": Function(_case(str.lower), 1, 1),
        "upper": Function(_case(str.upper), 1, 1),
        "default": Function(lambda v: v[1] if is_true(v[1]) else v[0], 2, 2),
    }
)
