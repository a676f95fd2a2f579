"""The little of Markdown that answer files use: headings, fenced blocks, prose between them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_HEADING = re.compile(r"(#{1,2}) +(.*\S)\s*")
_FENCE = re.compile(r"(`{3,})\s*([^`]*?)\s*")


@dataclass(frozen=True, slots=True)
class Heading:
    """`# title` or `## title`, outside any fence."""

    line: int
    level: int
    title: str


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced block; `body` ends with a newline unless it is empty."""

    line: int
    info: str
    body: str
    closed: bool


@dataclass(frozen=True, slots=True)
class Prose:
    """One line of anything else, stripped and not empty."""

    line: int
    text: str


Block = Heading | Fence | Prose


def blocks(text: str) -> Iterator[Block]:
    """The file's blocks in order; a fence ends at a line of as many backticks or more."""
    lines = list(enumerate(text.split("\n"), start=1))
    while lines:
        number, line = lines.pop(0)
        if fence := _FENCE.fullmatch(line):
            yield _fence(number, fence[1], fence[2], lines)
        elif heading := _HEADING.fullmatch(line):
            yield Heading(number, len(heading[1]), heading[2])
        elif line.strip():
            yield Prose(number, line.strip())


def _fence(start: int, mark: str, info: str, lines: list[tuple[int, str]]) -> Fence:
    body: list[str] = []
    while lines:
        _, line = lines.pop(0)
        if line.startswith(mark) and not line.strip("`").strip():
            return Fence(start, info, "".join(body), closed=True)
        body.append(f"{line}\n")
    return Fence(start, info, "".join(body), closed=False)
