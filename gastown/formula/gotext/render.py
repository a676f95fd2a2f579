"""Render: a template with its values. Pure, bounded, and no value is ever read as a template.

As in Go, a key that is missing prints as `<no value>` and counts as false: formulas ask with
`{{if .pr_number}}` for what may not be given. Lint says what no formula can know (`fields`).
"""

from collections import ChainMap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from gastown.errors import TemplateError
from gastown.formula.gotext.functions import FUNCTIONS
from gastown.formula.gotext.parse import parse
from gastown.formula.gotext.tree import (
    ROOT,
    Assign,
    Call,
    Dot,
    Emit,
    Expression,
    If,
    Literal,
    Node,
    Path,
    Prose,
    Range,
    Variable,
)
from gastown.formula.gotext.values import Own, is_list, is_true, kind, printed

MAX_OUTPUT = 1_000_000
"""Characters of a rendered text; no prompt that a model reads is longer."""
_MAX_WORK = 20_000_000
_NODE = 100  # what one action or expression costs; a character that is made costs one
Variables = ChainMap[str, Any]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the text; `given` if it is a value and not the author's own words."""

    text: str
    given: bool


@dataclass(frozen=True)
class Template:
    """A text that was understood, to be rendered over any values."""

    nodes: tuple[Node, ...]

    @classmethod
    def of(cls, text: str) -> "Template":
        """The template that a text is. Raises TemplateError."""
        return cls(parse(text))

    def pieces(self, values: Mapping[str, Any]) -> tuple[Piece, ...]:
        """What it says, telling the author's words from the values; raises as `render` does."""
        run = _Run()
        try:
            run.nodes(self.nodes, values, ChainMap({ROOT: values}))
        except ValueError as error:
            raise TemplateError(str(error), 1) from error
        return tuple(run.written)

    @cached_property
    def paths(self) -> frozenset[tuple[str, ...]]:
        """What it takes from the values it is given: `.leg.focus` gives leg and focus."""
        return frozenset(_paths(self.nodes, at_root=True))


def render(template: str, values: Mapping[str, Any]) -> str:
    """The text of a template.

    Args:
        template: Go-template text.
        values: What the dot is at first: texts, numbers, truths, and lists and tables of these.

    Raises:
        TemplateError: The template is wrong, does not fit the values, or gives too much.
    """
    return "".join(piece.text for piece in Template.of(template).pieces(values))


def fields(template: str) -> frozenset[str]:
    """The names that a template takes from the values it is given. Raises TemplateError."""
    return frozenset(path[0] for path in Template.of(template).paths)


class _Run:
    """One rendering: what is written so far, and the work that was done for it."""

    def __init__(self) -> None:
        self.written: list[Piece] = []
        self._length = 0
        self._work = 0

    def nodes(self, nodes: Sequence[Node], dot: Any, variables: Variables) -> None:
        for node in nodes:
            if isinstance(node, Prose):
                self._write(Piece(node.text, given=False))
                continue
            try:
                self._node(node, dot, variables)
            except (ValueError, OverflowError) as error:
                raise TemplateError(f"{node.where.source}: {error}", node.where.line) from error

    def _node(self, node: Emit | Assign | If | Range, dot: Any, variables: Variables) -> None:
        value = self._value(node.value, dot, variables)
        if isinstance(node, Emit):
            self._write(Piece(printed(value), given=not isinstance(value, Own)))
        elif isinstance(node, Assign):
            _assign(variables, node, value)
        elif isinstance(node, If):
            self._choice(node, value, dot, variables)
        else:
            self._range(node, value, dot, variables)

    def _choice(self, node: If, value: Any, dot: Any, variables: Variables) -> None:
        inside = variables.new_child({node.name: value} if node.name else {})
        if is_true(value):
            self.nodes(node.then, value if node.moves_dot else dot, inside)
        else:
            self.nodes(node.otherwise, dot, inside)

    def _range(self, node: Range, value: Any, dot: Any, variables: Variables) -> None:
        items = list(_items(value))
        for index, item in items:
            bound = {node.index: index, node.item: item}
            bound.pop("", None)
            self._spend(_NODE)
            self.nodes(node.body, item, variables.new_child(bound))
        if not items:
            self.nodes(node.otherwise, dot, variables.new_child())

    def _value(self, expression: Expression, dot: Any, variables: Variables) -> Any:
        self._spend(_NODE)
        if isinstance(expression, Literal):
            return expression.value
        if isinstance(expression, Variable):
            return variables[expression.name]
        if isinstance(expression, Path):
            return _field(self._value(expression.base, dot, variables), expression.fields)
        if isinstance(expression, Call):
            return self._called(expression, dot, variables)
        return dot

    def _called(self, call: Call, dot: Any, variables: Variables) -> Any:
        values: list[Any] = []
        for argument in call.arguments:
            values.append(self._value(argument, dot, variables))
            decides = {"and": False, "or": True}.get(call.function)
            if decides is not None and is_true(values[-1]) == decides:
                return values[-1]
        try:
            value = FUNCTIONS[call.function].call(values)
        except (ValueError, OverflowError) as error:
            raise ValueError(f"{call.function}: {error}") from error
        self._spend(len(value) if isinstance(value, str) else 0)
        return value

    def _write(self, piece: Piece) -> None:
        self.written.append(piece)
        self._length += len(piece.text)
        self._spend(_NODE)
        if self._length > MAX_OUTPUT:
            raise ValueError(f"the text grows longer than {MAX_OUTPUT} characters")

    def _spend(self, work: int) -> None:
        self._work += work
        if self._work > _MAX_WORK:
            raise ValueError("rendering takes too long; is there a loop within a loop?")


def _assign(variables: Variables, node: Assign, value: Any) -> None:
    """A new variable is the block's; an old one keeps its block."""
    old = next((scope for scope in variables.maps if node.name in scope), variables.maps[0])
    (variables.maps[0] if node.new else old)[node.name] = value


def _items(value: Any) -> list[tuple[Any, Any]]:
    """What range goes through: a table by its keys, in their order."""
    if value is None:
        return []
    if isinstance(value, Mapping):
        return sorted(cast("Mapping[str, Any]", value).items())
    if is_list(value):
        return list(enumerate(cast("Sequence[Any]", value)))
    raise ValueError(f"range goes through a list or a table, not {kind(value)}")


def _field(value: Any, fields: Sequence[str]) -> Any:
    """What stands under the fields; nothing where a table lacks one."""
    for name in fields:
        if value is None:
            return None
        if not isinstance(value, Mapping):
            raise ValueError(f"{kind(value)} has no field .{name}")  # noqa: TRY004 - said of the template
        value = cast("Mapping[str, Any]", value).get(name)
    return value


def _paths(nodes: Sequence[Node], *, at_root: bool) -> Iterator[tuple[str, ...]]:
    for node in nodes:
        if isinstance(node, Prose):
            continue
        yield from _roots(node.value, at_root=at_root)
        if isinstance(node, If):
            yield from _paths(node.then, at_root=at_root and not node.moves_dot)
            yield from _paths(node.otherwise, at_root=at_root)
        elif isinstance(node, Range):
            yield from _paths(node.body, at_root=False)
            yield from _paths(node.otherwise, at_root=at_root)


def _roots(expression: Expression, *, at_root: bool) -> Iterator[tuple[str, ...]]:
    if isinstance(expression, Call):
        for argument in expression.arguments:
            yield from _roots(argument, at_root=at_root)
    elif isinstance(expression, Path):
        base = expression.base
        if (isinstance(base, Dot) and at_root) or base == Variable(ROOT):
            yield expression.fields
        yield from _roots(base, at_root=at_root)
