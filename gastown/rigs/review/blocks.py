"""blocks: in which loops, and in which function, each line of a source stands, by indentation."""

import re
from collections.abc import Iterator, Mapping
from itertools import takewhile
from typing import NamedTuple

_TAB = 4
_LONGEST = 400  # characters of a line that are looked at: some patterns take its square
_LOOPS: Mapping[str, re.Pattern[str]] = {
    ".gd": re.compile(r"(?:for|while)\b.*:\s*(?:#.*)?$"),
    ".py": re.compile(r"(?:async\s+for|for|while)\b.*:\s*(?:#.*)?$"),
    ".js": re.compile(r"(?:for|while)\s*(?:await\s*)?\(.*\{\s*(?://.*)?$|.*\.forEach\(.*\{\s*$"),
    ".rs": re.compile(r"(?:'\w+:\s*)?(?:for\b.*\bin\b|while\b|loop\b).*\{\s*(?://.*)?$"),
}
_FUNCTIONS: Mapping[str, re.Pattern[str]] = {
    ".gd": re.compile(r"(?:static\s+)?func\s+(\w+)"),
    ".py": re.compile(r"(?:async\s+)?def\s+(\w+)"),
    ".js": re.compile(
        r"(?:export\s+)?(?:async\s+)?(?:function\*?\s+)?"
        r"(?!(?:if|for|while|switch|catch)\b)(\w+)\s*\(.*\)\s*\{\s*$"
    ),
    ".rs": re.compile(r"(?:pub(?:\([^)]*\))?\s+)?(?:async\s+)?fn\s+(\w+)"),
}
_LIKE = {".mjs": ".js", ".cjs": ".js", ".ts": ".js", ".tsx": ".js", ".jsx": ".js"}


class Line(NamedTuple):
    """One line without its indentation; `loops` counts those around it within its function."""

    number: int
    text: str
    function: str
    loops: int


def language(path: str) -> str:
    """The suffix that stands for a file's language; empty for one that is none of ours."""
    suffix = f".{path.rpartition('.')[2]}"
    suffix = _LIKE.get(suffix, suffix)
    return suffix if suffix in _LOOPS else ""


def blocks(source: str, language: str) -> Iterator[Line]:
    """Every line that is neither empty nor a comment, with what stands around it."""
    loop, function = _LOOPS[language], _FUNCTIONS[language]
    around: list[tuple[int, str]] = []  # indentation, and a function's name or "" for a loop
    for number, line in enumerate(source.split("\n"), start=1):
        text = line.strip()[:_LONGEST]
        if not text or text.startswith(("#", "//")):
            continue
        depth = len(line.expandtabs(_TAB)) - len(line.expandtabs(_TAB).lstrip())
        while around and depth <= around[-1][0]:
            around.pop()
        loops = len(list(takewhile(lambda one: not one[1], reversed(around))))
        named = next((name for _, name in reversed(around) if name), "")
        yield Line(number, text, named, loops)
        if found := function.match(text):
            around.append((depth, found[1]))
        elif loop.match(text):
            around.append((depth, ""))
