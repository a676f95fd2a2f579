"""Passages: a file cut where a reader would cut it, every line in exactly one of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gastown.retrieval.symbols import Symbol, symbols_of

FEWEST, MOST = 6, 30
"""Lines of a passage: short definitions share one, long ones are cut."""
MOST_CHARS = 2_600
_LEADS = ("#", "//", "///", "/*", "*", "@", "--", '"""')
"""How a line begins that belongs to the definition below it."""


@dataclass(frozen=True, slots=True)
class Passage:
    """Lines `first` to `last` of a file, from 1, both in it; `names` is what they define."""

    file: str
    first: int
    last: int
    names: tuple[str, ...]
    text: str


def cut(file: str, text: str) -> list[Passage]:
    """The passages of a file, in their order."""
    lines = text.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    symbols = symbols_of(file, lines)
    made: list[Passage] = []
    for first, last in _spans(lines, _starts(lines, symbols)):
        names = tuple(dict.fromkeys(one.name for one in symbols if first <= one.line <= last))
        made.append(Passage(file, first, last, names, "\n".join(lines[first - 1 : last])))
    return made


def _starts(lines: Sequence[str], symbols: Sequence[Symbol]) -> list[int]:
    """Where a passage may begin: at a definition, with the comments right above it."""
    found: list[int] = []
    for symbol in symbols:
        line = symbol.line
        while line > 1 and lines[line - 2].strip().startswith(_LEADS):
            line -= 1
        found.append(line)
    return sorted(set(found))


def _spans(lines: Sequence[str], starts: Sequence[int]) -> Iterator[tuple[int, int]]:
    may_begin, first, chars = set(starts), 1, 0
    for number, line in enumerate(lines, 1):
        count = number - first
        begins = number in may_begin and count >= FEWEST
        if count and (begins or count >= MOST or chars + len(line) > MOST_CHARS):
            yield first, number - 1
            first, chars = number, 0
        chars += len(line) + 1
    if lines:
        yield first, len(lines)
