"""Expect: what a right answer says, as rules over its JSON; code decides, no second model."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, cast

from pydantic import Field, model_validator

from gastown.stage import Frozen

Scalar = str | int | float | bool


class Expectation(Frozen):
    """One thing that must hold of what stands `at` a place: `verdict`, `findings.*.file`.

    `*` is any element of a list, and one that holds is enough; a number is the one at that place,
    from 0. Just one of the others is given.
    """

    at: str = Field(min_length=1)
    equals: Scalar | None = None
    matches: str | None = Field(default=None, description="A regular expression, found anywhere.")
    lacks: str | None = Field(default=None, description="One that is found nowhere.")
    at_least: float | None = Field(default=None, description="A number, or the length of a list.")
    at_most: float | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> "Expectation":
        rules = ("equals", "matches", "lacks", "at_least", "at_most")
        given = [name for name in rules if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"at {self.at!r}: give just one of {', '.join(rules)}")
        for pattern in (self.matches, self.lacks):
            if pattern is not None:
                _check_pattern(pattern)
        return self

    def unmet(self, document: object) -> str:
        """What is wrong with an answer, in a few words; empty when it holds."""
        found = list(_values(document, self.at.split(".")))
        if self.lacks is not None:
            said = [str(one) for one in found if re.search(self.lacks, str(one))]
            return f"{self.at} says {self.lacks!r}" if said else ""
        if any(self._holds(one) for one in found):
            return ""
        shown = ", ".join(repr(one)[:60] for one in found[:3]) or "nothing"
        return f"{self.at} should {self._rule()}, and is {shown}"

    def _holds(self, value: object) -> bool:
        if self.equals is not None:
            return type(value) is type(self.equals) and value == self.equals
        if self.matches is not None:
            return re.search(self.matches, str(value)) is not None
        size = _size(value)
        if size is None:
            return False
        return size >= self.at_least if self.at_least is not None else size <= (self.at_most or 0)

    def _rule(self) -> str:
        if self.equals is not None:
            return f"be {self.equals!r}"
        if self.matches is not None:
            return f"match {self.matches!r}"
        if self.at_least is not None:
            return f"be at least {self.at_least:g}"
        return f"be at most {self.at_most:g}"


def unmet(expectations: Sequence[Expectation], document: object) -> tuple[str, ...]:
    """All that is wrong with an answer."""
    return tuple(said for one in expectations if (said := one.unmet(document)))


def _values(document: object, steps: Sequence[str]) -> Iterator[object]:
    if not steps:
        yield document
    elif isinstance(document, dict):
        fields = cast("dict[str, Any]", document)
        if steps[0] in fields:
            yield from _values(fields[steps[0]], steps[1:])
    elif isinstance(document, list | tuple):
        found = cast("Sequence[object]", document)
        for place, one in enumerate(found):
            if steps[0] in ("*", str(place)):
                yield from _values(one, steps[1:])


def _size(value: object) -> float | None:
    if isinstance(value, list | tuple):
        return len(cast("Sequence[object]", value))
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    return None


def _check_pattern(pattern: str) -> None:
    try:
        re.compile(pattern, re.DOTALL)
    except re.error as error:
        raise ValueError(f"{pattern!r} is no regular expression: {error}") from None
