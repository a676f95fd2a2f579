"""Tree: a template as it was understood."""

from dataclasses import dataclass
from typing import Any

ROOT = "$"
"""The variable that holds all values, whatever the dot is."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A text, a number, true, false or nil as written."""

    value: Any


@dataclass(frozen=True, slots=True)
class Dot:
    """What the dot is here."""


@dataclass(frozen=True, slots=True)
class Variable:
    """`$` or `$name`."""

    name: str


@dataclass(frozen=True, slots=True)
class Path:
    """Fields of something: `.a.b`, `$x.a`."""

    base: "Expression"
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A function over arguments; a pipe's value is the last of them."""

    function: str
    arguments: tuple["Expression", ...]


Expression = Literal | Dot | Variable | Path | Call


@dataclass(frozen=True, slots=True)
class Where:
    """Where an action stands, for errors."""

    line: int
    source: str


@dataclass(frozen=True, slots=True)
class Prose:
    """Text as it stands."""

    text: str


@dataclass(frozen=True, slots=True)
class Emit:
    """Write a value."""

    where: Where
    value: Expression


@dataclass(frozen=True, slots=True)
class Assign:
    """`$x := …`, or `$x = …` for a variable that there is."""

    where: Where
    name: str
    value: Expression
    new: bool


@dataclass(frozen=True, slots=True)
class If:
    """if, or `with`, which also moves the dot; `name` holds the value inside."""

    where: Where
    value: Expression
    name: str
    then: tuple["Node", ...]
    otherwise: tuple["Node", ...]
    moves_dot: bool


@dataclass(frozen=True, slots=True)
class Range:
    """Once for each item of a list or table; `index` and `item` are variables, or empty."""

    where: Where
    value: Expression
    index: str
    item: str
    body: tuple["Node", ...]
    otherwise: tuple["Node", ...]


Node = Prose | Emit | Assign | If | Range
