"""parse_tree: GDScript's grammar, which is gdtoolkit's."""

from functools import cache
from typing import cast

from gdtoolkit.parser.parser import Parser  # pyright: ignore[reportMissingTypeStubs] - has none
from lark import Token, Tree
from lark.exceptions import LarkError


class GrammarError(ValueError):
    """Raised, in one line, for what is not GDScript; `line` is where it stops, 0 if unknown."""

    def __init__(self, message: str, line: int = 0) -> None:
        self.line = line
        super().__init__(message)


def parse_tree(text: str) -> Tree[Token]:
    """The parse tree of a script. Raises GrammarError."""
    try:
        return cast("Tree[Token]", _parser().parse(text))  # pyright: ignore[reportUnknownMemberType]
    except (LarkError, RecursionError) as error:
        line = getattr(error, "line", 0)
        known = line if isinstance(line, int) and line > 0 else 0
        raise GrammarError(str(error).partition("\n")[0], known) from None


@cache
def _parser() -> Parser:
    """Built once (0.1 s), and without gdtoolkit's cache of pickles in the user's home."""
    parser = Parser()
    parser.disable_grammar_caching()
    return parser
