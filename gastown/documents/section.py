"""Section: the part of a page that the town keeps, between two comments; the rest is a person's.

<!-- town:begin changes -->
…
<!-- town:end -->
"""

import re
from dataclasses import dataclass

from gastown.errors import ConfigError

NAME = "changes"
_MARK = re.compile(r"^[ \t]*<!--\s*town:(begin|end)\b([^>]*)-->[ \t]*$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")


@dataclass(frozen=True, slots=True)
class Section:
    """Line numbers of the two comments, counted from 0, and what stands between them."""

    begin: int
    end: int
    body: str


def find_section(text: str, name: str = NAME) -> Section | None:
    """The section of that name; None when the page has none.

    Raises:
        ConfigError: Its comments do not pair up, or there are two of that name; with the line.
    """
    found: list[Section] = []
    opened: tuple[int, str] | None = None
    lines = text.split("\n")
    for number, kind, said in _marks(lines):
        if kind == "begin":
            if opened is not None:
                raise ConfigError(f"line {number + 1}: town:begin within a section; end that first")
            opened = (number, said)
        elif opened is None:
            raise ConfigError(f"line {number + 1}: town:end without a town:begin above it")
        else:
            start, mine = opened
            opened = None
            if mine == name:
                body = "\n".join(lines[start + 1 : number])
                found.append(Section(start, number, body))
    if opened is not None:
        raise ConfigError(f"line {opened[0] + 1}: town:begin without a town:end below it")
    if len(found) > 1:
        raise ConfigError(f"line {found[1].begin + 1}: a second section {name!r}; keep one")
    return found[0] if found else None


def with_section(text: str, body: str, *, name: str = NAME, title: str = "") -> str:
    """The page with `body` as its section; one that has none yet gets it at its end.

    Everything outside stays as it is, to the letter. Laws: what is put in is found again, and
    putting it in twice is the same as once.

    Raises:
        ConfigError: The page's comments do not pair up, or `body` holds such comments itself.
    """
    inside = body.strip("\n")
    if any(_marks_anywhere(line) for line in inside.split("\n")):
        raise ConfigError("the section holds a town:begin or town:end of its own")
    standing = find_section(text, name)
    marked = [f"<!-- town:begin {name} -->", *inside.split("\n"), "<!-- town:end -->"]
    if standing is not None:
        lines = text.split("\n")
        lines[standing.begin + 1 : standing.end] = inside.split("\n")
        return "\n".join(lines)
    head = [f"## {title}", ""] if title else []
    before = text.rstrip("\n")
    return "\n".join([*([before, ""] if before else []), *head, *marked, ""])


def _marks(lines: list[str]) -> list[tuple[int, str, str]]:
    """The comments outside fenced blocks: line, `begin` or `end`, and the section's name."""
    found: list[tuple[int, str, str]] = []
    fence = ""
    for number, line in enumerate(lines):
        ticks = _FENCE.match(line)
        if fence:
            if ticks and ticks[1].startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
        elif ticks:
            fence = ticks[1]
        elif mark := _MARK.match(line):
            words = mark[2].split()
            found.append((number, mark[1], words[0] if words else NAME))
    return found


def _marks_anywhere(line: str) -> bool:
    return re.search(r"<!--\s*town:(?:begin|end)\b", line) is not None
