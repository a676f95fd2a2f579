"""Parse: a template's actions into a tree; a template that cannot be understood is refused."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gastown.errors import TemplateError
from gastown.formula.gotext import tokens
from gastown.formula.gotext.expressions import Words, assignment, expression, names_of_range
from gastown.formula.gotext.functions import FUNCTIONS
from gastown.formula.gotext.tree import ROOT, Assign, Emit, If, Node, Prose, Range, Where

MAX_DEPTH = 30
"""Blocks within blocks, brackets within brackets: deeper is a mistake, and Python's own limit."""

_BLOCKS = ("if", "with", "range")
_FOREIGN = frozenset({"define", "template", "block", "break", "continue"})
_LITERALS = frozenset({"true", "false", "nil"})


def parse(template: str) -> tuple[Node, ...]:
    """The tree of a template.

    Braces around one plain word that is no function (`{{rig}}`) stay as they are: formulas write
    their own variables so.

    Raises:
        TemplateError: With line and action, for the first thing that is wrong.
    """
    parts = _Parts(tokens.split(template))
    nodes, end = parts.nodes(frozenset({ROOT}), 0)
    if end is not None:
        raise _wrong(end.action, f"{end.word} closes nothing")
    return nodes


@dataclass(frozen=True, slots=True)
class _End:
    """The `end` or `else` that a block stopped at."""

    word: str
    action: tokens.Action


class _Parts:
    """The template's parts, taken from the front."""

    def __init__(self, parts: Iterator[tokens.Prose | tokens.Action]) -> None:
        self._parts = parts

    def nodes(self, known: frozenset[str], depth: int) -> tuple[tuple[Node, ...], _End | None]:
        """Nodes up to the end of the block, with the variables that are known where it begins."""
        found: list[Node] = []
        for part in self._parts:
            if isinstance(part, tokens.Prose):
                found += [Prose(part.text)] if part.text else []
                continue
            word = _leading(part)
            if word in ("end", "else"):
                return tuple(found), _End(word, part)
            node = self._node(part, word, known, depth)
            if isinstance(node, Assign) and node.new:
                known |= {node.name}
            found.append(node)
        return tuple(found), None

    def _node(self, part: tokens.Action, word: str, known: frozenset[str], depth: int) -> Node:
        if word in _BLOCKS:
            return self._block(part, part.tokens, known, depth)
        if word in _FOREIGN:
            raise _wrong(part, f"{word} is not supported in a formula")
        if len(part.tokens) == 1 and word and word not in _LITERALS | FUNCTIONS.keys():
            return Prose(f"{{{{{word}}}}}")
        return _simple(part, known)

    def _block(
        self, part: tokens.Action, said: Sequence[tokens.Token], known: frozenset[str], depth: int
    ) -> Node:
        """A block from its first words (of `else if`, from `if`) to its end."""
        if depth >= MAX_DEPTH:
            raise _wrong(part, f"blocks are nested more than {MAX_DEPTH} deep")
        where, word = Where(part.line, part.source), said[0].text
        words = Words(said[1:], where, known, MAX_DEPTH)
        names = names_of_range(words) if word == "range" else assignment(words)
        value = expression(words)
        inside = known | {*filter(None, names)}
        then, end = self.nodes(inside, depth + 1)
        otherwise: tuple[Node, ...] = ()
        if end and end.word == "else":
            otherwise = self._otherwise(end.action, word, inside, depth)
        elif end is None:
            raise _wrong(part, f"{word} has no end")
        else:
            _alone(end.action)
        if word == "range":
            return Range(where, value, names[0], names[1], then, otherwise)
        return If(where, value, names[1], then, otherwise, moves_dot=word == "with")

    def _otherwise(
        self, part: tokens.Action, word: str, known: frozenset[str], depth: int
    ) -> tuple[Node, ...]:
        rest = part.tokens[1:]
        if rest and rest[0].text == word != "range":
            return (self._block(part, rest, known, depth + 1),)
        _alone(part)
        nodes, end = self.nodes(known, depth + 1)
        if end is None or end.word != "end":
            raise _wrong(part, "else has no end" if end is None else "a block has one else")
        _alone(end.action)
        return nodes


def _simple(part: tokens.Action, known: frozenset[str]) -> Node:
    where = Where(part.line, part.source)
    words = Words(part.tokens, where, known, MAX_DEPTH)
    new = words.ahead(":=")
    name = assignment(words)[1]
    value = expression(words)
    return Assign(where, name, value, new=new) if name else Emit(where, value)


def _leading(part: tokens.Action) -> str:
    first = part.tokens[0] if part.tokens else None
    return first.text if first and first.kind == "word" else ""


def _alone(part: tokens.Action) -> None:
    if len(part.tokens) > 1:
        raise _wrong(part, f"{part.tokens[0].text} stands alone")


def _wrong(part: tokens.Action, reason: str) -> TemplateError:
    return TemplateError(f"{part.source}: {reason}", part.line)
