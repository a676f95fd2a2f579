"""Tokens: a template cut into prose and actions, and each action into its words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from gastown.errors import TemplateError

Kind = Literal["text", "number", "field", "variable", "word", "mark"]

_KINDS: tuple[Kind, ...] = ("text", "number", "field", "variable", "word", "mark")
_WHITE = " \t\r\n"
_SPACE = re.compile(r"[ \t\r\n]*")
# A trim mark takes the white space around the action with it; `{{-3}}` is a number.
_LEFT = re.compile(r"-(?=[ \t\r\n])")
_COMMENT = re.compile(r"[ \t\r\n]*/\*.*?\*/", re.DOTALL)
_CLOSE = re.compile(r"[ \t\r\n]+-\}\}|[ \t\r\n]*\}\}")
_TOKEN = re.compile(
    r'(?P<text>"(?:[^"\\\n]|\\.)*"|`[^`]*`)'
    r"|(?P<number>[+-]?[0-9]{1,18}(?:\.[0-9]{1,18})?(?:[eE][+-]?[0-9]{1,3})?)(?![\w.])"
    r"|(?P<field>\.[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<variable>\$(?:[A-Za-z_][A-Za-z0-9_]*)?)"
    r"|(?P<word>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<mark>:=|[=|(),.])"
)


@dataclass(frozen=True, slots=True)
class Token:
    """One word of an action; `spaced` if white space stands before it."""

    kind: Kind
    text: str
    spaced: bool = False


@dataclass(frozen=True, slots=True)
class Prose:
    """Text outside of braces, less what trim marks take."""

    text: str


@dataclass(frozen=True, slots=True)
class Action:
    """What stands in one pair of braces; `source` is how it is written, for errors."""

    tokens: tuple[Token, ...]
    line: int
    source: str


def split(template: str) -> Iterator[Prose | Action]:
    """The parts of a template. Raises TemplateError for braces that do not close."""
    at, line, trim = 0, 1, False
    while (start := template.find("{{", at)) >= 0:
        prose, inner = template[at:start], start + 2
        if left := _LEFT.match(template, inner):
            inner = left.end()
        yield Prose(_trimmed(prose, before=trim, after=left is not None))
        line += prose.count("\n")
        tokens, at, comment = _inside(template, inner, line)
        source = template[start:at]
        trim = source.endswith("-}}")
        if not comment:
            yield Action(tokens, line, source)
        line += source.count("\n")
    yield Prose(_trimmed(template[at:], before=trim, after=False))


def _trimmed(prose: str, *, before: bool, after: bool) -> str:
    prose = prose.lstrip(_WHITE) if before else prose
    return prose.rstrip(_WHITE) if after else prose


def _inside(template: str, at: int, line: int) -> tuple[tuple[Token, ...], int, bool]:
    """The tokens of the action that begins at an offset, where it ends, and if it is a comment."""
    if comment := _COMMENT.match(template, at):
        if close := _CLOSE.match(template, comment.end()):
            return (), close.end(), True
        raise TemplateError("a comment stands alone in its braces", line)
    if template.startswith("/*", at):
        raise TemplateError("the comment does not end: */ is missing", line)
    tokens: list[Token] = []
    while not (close := _CLOSE.match(template, at)):
        space = _SPACE.match(template, at)
        begin = space.end() if space else at
        token = _TOKEN.match(template, begin)
        if token is None:
            raise TemplateError(_unexpected(template, begin), line)
        tokens.append(_named(token, spaced=begin > at))
        at = token.end()
    return tuple(tokens), close.end(), False


def _named(match: re.Match[str], *, spaced: bool) -> Token:
    found: Kind = next(kind for kind in _KINDS if match[kind] is not None)
    return Token(found, match[0], spaced)


def _unexpected(template: str, at: int) -> str:
    if at >= len(template):
        return "the braces are not closed: }} is missing"
    return f"unexpected {template[at : at + 12]!r} within braces"
