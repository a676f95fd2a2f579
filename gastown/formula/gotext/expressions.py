"""Expressions: the words of one action into what it computes."""

from collections.abc import Sequence

from gastown.errors import TemplateError
from gastown.formula.gotext import literals
from gastown.formula.gotext.functions import FUNCTIONS
from gastown.formula.gotext.tokens import Token
from gastown.formula.gotext.tree import Call, Dot, Expression, Literal, Path, Variable, Where

_CONSTANTS = {"true": True, "false": False, "nil": None}


class Words:
    """The words of an action, taken from the front; `known` are the variables there are.

    `depth` bounds the brackets within brackets, and the pipes of the whole action.
    """

    def __init__(
        self, tokens: Sequence[Token], where: Where, known: frozenset[str], depth: int
    ) -> None:
        self._tokens = tokens
        self._at = 0
        self.where = where
        self.known = known
        self.depth = depth
        self.pipes = depth

    @property
    def next(self) -> Token | None:
        """The next word; it stays."""
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def take(self) -> Token:
        """The next word, which there is."""
        self._at += 1
        return self._tokens[self._at - 1]

    def taken(self, *marks: str) -> str:
        """The next word if it is one of these marks, else nothing."""
        token = self.next
        if token is None or token.kind != "mark" or token.text not in marks:
            return ""
        return self.take().text

    def ahead(self, *marks: str) -> bool:
        """Whether an assignment's mark follows the first word."""
        second = self._tokens[1] if len(self._tokens) > 1 else None
        return second is not None and second.kind == "mark" and second.text in marks

    def wrong(self, reason: str) -> TemplateError:
        """An error that names line and action."""
        return TemplateError(f"{self.where.source}: {reason}", self.where.line)


def assignment(words: Words) -> tuple[str, str]:
    """`$x :=` or `$x =` in front of an expression: nothing, and the name; both empty if none."""
    if not words.ahead(":=", "="):
        return "", ""
    name = _variable(words)
    if words.take().text == "=" and name not in words.known:
        raise words.wrong(f"there is no variable {name} yet; write {name} :=")
    return "", name


def names_of_range(words: Words) -> tuple[str, str]:
    """`$i, $x :=` or `$x :=` in front of what is gone through: index and item, empty if none."""
    if not words.ahead(":=", ","):
        return "", ""
    first = _variable(words)
    if words.taken(":="):
        return "", first
    words.take()
    second = _variable(words)
    if not words.taken(":="):
        raise words.wrong("range names its variables with :=")
    return first, second


def _variable(words: Words) -> str:
    token = words.next
    if token is None or token.kind != "variable" or token.text == "$":
        raise words.wrong("only a $name can be given a value")
    return words.take().text


def expression(words: Words) -> Expression:
    """All the words that are left, as one pipe."""
    value = _pipe(words)
    if words.next is not None:
        raise words.wrong(f"unexpected {words.next.text}")
    return value


def _pipe(words: Words) -> Expression:
    value = _command(words, ())
    while words.taken("|"):
        words.pipes -= 1
        token = words.next
        if words.pipes < 0:
            raise words.wrong("too many pipes")
        if token is None or token.text not in FUNCTIONS:
            raise words.wrong("a pipe leads into a function")
        value = _command(words, (value,))
    return value


def _command(words: Words, piped: tuple[Expression, ...]) -> Expression:
    """A function with its arguments, or one value."""
    token = words.next
    if token and token.kind == "word" and token.text not in _CONSTANTS:
        name = words.take().text
        if name not in FUNCTIONS:
            raise words.wrong(f"there is no function {name}; there are {', '.join(FUNCTIONS)}")
        return _call(words, name, (*_operands(words), *piped))
    found = _operands(words)
    if len(found) != 1:
        raise words.wrong("a value takes no arguments" if found else "a value is missing")
    return found[0]


def _call(words: Words, name: str, arguments: tuple[Expression, ...]) -> Call:
    function = FUNCTIONS[name]
    least, most = function.least, function.most
    if len(arguments) < least or (most is not None and len(arguments) > most):
        wanted = str(least) if most == least else f"{least} or more"
        raise words.wrong(f"{name} takes {wanted} arguments, not {len(arguments)}")
    return Call(name, arguments)


def _operands(words: Words) -> tuple[Expression, ...]:
    found: list[Expression] = []
    while (token := words.next) and (token.kind != "mark" or token.text in ("(", ".")):
        if found and not token.spaced:
            raise words.wrong(f"white space is missing before {token.text}")
        found.append(_operand(words))
    return tuple(found)


def _operand(words: Words) -> Expression:
    token = words.take()
    base = _base(words, token)
    fields = [token.text[1:]] if token.kind == "field" else []
    while (after := words.next) and after.kind == "field" and not after.spaced:
        fields.append(words.take().text[1:])
    return Path(base, tuple(fields)) if fields else base


def _base(words: Words, token: Token) -> Expression:
    if token.kind == "field" or token.text == ".":
        return Dot()
    if token.text == "(":
        return _bracket(words)
    if token.kind == "variable":
        if token.text not in words.known:
            raise words.wrong(f"there is no variable {token.text}")
        return Variable(token.text)
    if token.kind == "word":
        if token.text in _CONSTANTS:
            return Literal(_CONSTANTS[token.text])
        if token.text not in FUNCTIONS:
            raise words.wrong(f"there is no function {token.text}")
        return _call(words, token.text, ())
    return _literal(words, token)


def _literal(words: Words, token: Token) -> Literal:
    try:
        read = literals.text if token.kind == "text" else literals.number
        return Literal(read(token.text))
    except ValueError as error:
        raise words.wrong(str(error)) from error


def _bracket(words: Words) -> Expression:
    words.depth -= 1
    if words.depth < 0:
        raise words.wrong("brackets are nested too deeply")
    value = _pipe(words)
    if not words.taken(")"):
        raise words.wrong("a bracket is not closed")
    words.depth += 1
    return value
