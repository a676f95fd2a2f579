"""Ranges: numbers that a loop's `count`, `range` and `max` are written as, names and sums included.

`1..2^{disks}-1` counts from 1; names are the formula's variables, in single or double braces.
"""

import math
import re
from collections.abc import Callable, Mapping

from gastown.errors import FormulaError

_NAME = re.compile(r"\{\{?\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}?\}")
_TOKEN = re.compile(r"\s*(\d+(?:\.\d+)?|[-+*/^()])")
_DEPTH = 50  # of brackets and signs
MOST = 50_000
"""Rounds of one loop, and steps that loops may make of one formula."""

_SUMS: dict[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
}


def rounds(text: str, values: Mapping[str, str]) -> range:
    """The numbers of `a..b`, both included. Raises FormulaError for what is none."""
    first, dots, last = text.rpartition("..")
    if not dots:
        raise FormulaError([f"{text!r} is no range; write 1..5 or 1..{{n}}"])
    low, high = whole(first, values), whole(last, values)
    if high < low:
        raise FormulaError([f"the range {text!r} ends at {high}, before it begins at {low}"])
    if high - low >= MOST:
        raise FormulaError([f"the range {text!r} has {high - low + 1} numbers; at most {MOST}"])
    return range(low, high + 1)


def count(number: int | str, values: Mapping[str, str]) -> int:
    """A number of rounds, 1 at least. Raises FormulaError for what is none."""
    found = number if isinstance(number, int) else whole(number, values)
    if not 1 <= found <= MOST:
        raise FormulaError([f"{number!r} gives {found}; a loop goes round 1 to {MOST} times"])
    return found


def whole(text: str, values: Mapping[str, str]) -> int:
    """The number of an expression, cut to a whole one. Raises FormulaError for what is none."""
    told = _NAME.sub(lambda match: _value(match[1], text, values), text)
    try:
        return int(_Sum(told).result())
    except (ArithmeticError, ValueError, TypeError) as error:
        seen = f" ({told!r})" if told != text else ""
        raise FormulaError([f"{text!r}{seen} gives no number: {error}"]) from error


def _value(name: str, text: str, values: Mapping[str, str]) -> str:
    value = values.get(name, "").strip()
    if not value:
        raise FormulaError([f"{text!r} uses {name}, which has no value"])
    if not re.fullmatch(r"[-+]?\d+(\.\d+)?", value):
        raise FormulaError([f"{text!r} uses {name}, which is {value!r} and no number"])
    return f"({value})"


class _Sum:
    """Reads one expression: `^` binds strongest and from the right, then signs, `* /`, `+ -`."""

    def __init__(self, text: str) -> None:
        self.text, self.at, self.depth = text, 0, 0

    def result(self) -> float:
        found = self._sum()
        if self.text[self.at :].strip():
            raise ValueError(f"{self.text[self.at :].strip()!r} is not understood")
        if not math.isfinite(found):
            raise ValueError("it is beyond all numbers")
        return found

    def _sum(self) -> float:
        return self._chain("+-", lambda: self._chain("*/", self._signed))

    def _chain(self, signs: str, part: Callable[[], float]) -> float:
        found = part()
        while (sign := self._peek()) and sign in signs:
            self._take()
            found = _SUMS[sign](found, part())
        return found

    def _signed(self) -> float:
        self._deeper()
        sign = self._peek()
        if sign and sign in "+-":
            self._take()
            found = self._signed()
            found = -found if sign == "-" else found
        else:
            found = self._power()
        self.depth -= 1
        return found

    def _power(self) -> float:
        base = self._atom()
        if self._peek() != "^":
            return base
        self._take()
        return math.pow(base, self._signed())

    def _atom(self) -> float:
        word = self._take()
        if word != "(":
            return float(word)
        found = self._sum()
        if self._take() != ")":
            raise ValueError("a bracket is not closed")
        return found

    def _deeper(self) -> None:
        self.depth += 1
        if self.depth > _DEPTH:
            raise ValueError("it is nested too deeply")

    def _peek(self) -> str:
        match = _TOKEN.match(self.text, self.at)
        return match[1] if match else ""

    def _take(self) -> str:
        match = _TOKEN.match(self.text, self.at)
        if match is None:
            rest = self.text[self.at :].strip()
            raise ValueError(f"{rest!r} is not understood" if rest else "something is missing")
        self.at = match.end()
        return match[1]
