"""Symbols: where a file defines what; a line at a time, so that a broken file has some too.

Deep enough to cut a file where a reader would, not a parser: a definition in a string counts, a
variable within a function does not.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Symbol:
    """A definition: its name, and the line (from 1) on which it begins."""

    name: str
    line: int


_PYTHON = re.compile(r"\s*(?:async\s+)?(?:def|class)\s+(\w+)|([A-Z][A-Z0-9_]*)\s*[:=]")
_GDSCRIPT = re.compile(
    r"\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:static\s+)?"
    r"(?:func|class|class_name|signal|enum)\s+(\w+)"
    r"|(?:@\w+(?:\([^)]*\))?\s+)*(?:static\s+)?(?:const|var)\s+(\w+)"
)
_SCRIPT = re.compile(
    r"\s*(?:export\s+)?(?:default\s+)?(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?"
    r"(?:function\*?|class|interface|type|enum|namespace)\s+(\w+)"
    r"|(?:export\s+)?(?:const|let|var)\s+(\w+)\s*[:=]"
    r"|[ \t]+(?:static\s+|async\s+|get\s+|set\s+|public\s+|private\s+|protected\s+|#)*"
    r"(?!if\b|for\b|while\b|switch\b|catch\b|return\b|function\b)(\w+)\s*\([^;]*\)\s*(?::[^{]+)?\{"
)
_RUST = re.compile(
    r"\s*(?:pub(?:\([^)]*\))?\s+)?(?:default\s+|const\s+|async\s+|unsafe\s+|extern\s+\"\w+\"\s+)*"
    r"(?:fn|struct|enum|trait|mod|union|type|static|const|macro_rules!)\s+(\w+)"
    r"|\s*(?:unsafe\s+)?impl\b(?:<[^>]*>)?\s+(?:[\w:<>, ']+\s+for\s+)?(\w+)"
)
_MARKDOWN = re.compile(r"#{1,6}\s+(.+?)\s*#*$")
_TABLE = re.compile(r"\[+([^\[\]]+)\]+\s*(?:[#;].*)?$")

_BY_SUFFIX: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        **dict.fromkeys((".py", ".pyi"), _PYTHON),
        ".gd": _GDSCRIPT,
        **dict.fromkeys((".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".tsx"), _SCRIPT),
        ".rs": _RUST,
        **dict.fromkeys((".md", ".markdown"), _MARKDOWN),
        **dict.fromkeys((".toml", ".ini", ".cfg", ".godot", ".tscn", ".tres"), _TABLE),
    }
)


def symbols_of(file: str, lines: list[str]) -> list[Symbol]:
    """The definitions in a file, in their order; none where its kind is not known."""
    pattern = _BY_SUFFIX.get(PurePosixPath(file).suffix.lower())
    if pattern is None:
        return []
    found = _found(pattern, lines)
    return list(_outside_fences(found, lines) if pattern is _MARKDOWN else found)


def _found(pattern: re.Pattern[str], lines: list[str]) -> Iterator[Symbol]:
    for number, line in enumerate(lines, 1):
        match = pattern.match(line[:400])
        if match is not None and match.lastindex is not None:
            yield Symbol(match[match.lastindex], number)


def _outside_fences(found: Iterator[Symbol], lines: list[str]) -> Iterator[Symbol]:
    """A line of a shell's example may begin with # too."""
    fenced, inside = set[int](), False
    for number, line in enumerate(lines, 1):
        if line.lstrip().startswith(("```", "~~~")):
            inside = not inside
        elif inside:
            fenced.add(number)
    return (symbol for symbol in found if symbol.line not in fenced)
