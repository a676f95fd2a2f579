"""Page: what of a Markdown file can be checked: links, anchors and fenced blocks, with lines."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

_ATTRIBUTE = re.compile(r"""<\w[^>]*?\b(href|src|id|name)\s*=\s*["']([^"']*)["']""", re.IGNORECASE)
_UNDEFINED = re.compile(r"(?<![\\\w\]])\[[^\[\]]+\]\[([^\[\]]+)\]")
_DROPPED = re.compile(r"[^\w\- ]")
_CLOSING = re.compile(r"[ >]*(`{3,}|~{3,})\s*$")


@dataclass(frozen=True, slots=True)
class Link:
    """Where a link or picture leads, as it is written; `line` is that of its paragraph or exact."""

    target: str
    line: int


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced block; `line` is that of its first line of content."""

    language: str
    body: str
    line: int
    closed: bool


@dataclass(frozen=True, slots=True)
class Page:
    """One Markdown file, read."""

    links: tuple[Link, ...]
    anchors: frozenset[str]
    fences: tuple[Fence, ...]
    undefined: tuple[Link, ...]
    """References, `[text][name]`, to names that the page does not define."""


def read_page(text: str) -> Page:
    """Read a page as CommonMark with tables. Any text is a page."""
    lines = text.split("\n")
    tokens = _parser().parse(text)
    inline = [token for token in tokens if token.type == "inline"]
    return Page(
        links=tuple(_links(tokens, lines)),
        anchors=frozenset(_anchors(tokens)),
        fences=tuple(_fences(tokens, lines)),
        undefined=tuple(
            Link(name, _line(token, f"[{name}]", lines))
            for token in inline
            for child in token.children or ()
            if child.type == "text"
            for name in _UNDEFINED.findall(child.content)
        ),
    )


def slug(heading: str) -> str:
    """The anchor that code hosts give a heading."""
    return _DROPPED.sub("", heading.strip().lower()).replace(" ", "-")


@cache
def _parser() -> MarkdownIt:
    """Links come as they are written, also those that a renderer would refuse."""
    parser = MarkdownIt("commonmark").enable("table")
    parser.validateLink = lambda url: True  # noqa: ARG005 - its own signature
    parser.normalizeLink = lambda url: url
    return parser


def _links(tokens: Sequence[Token], lines: Sequence[str]) -> Iterator[Link]:
    for token in tokens:
        for part in (token, *(token.children or ())):
            for target in _targets(part):
                yield Link(target, _line(token, target, lines))


def _targets(token: Token) -> Iterator[str]:
    name = {"link_open": "href", "image": "src"}.get(token.type)
    if name is not None:
        yield str(token.attrGet(name) or "")
    if token.type in {"html_block", "html_inline"}:
        found = _ATTRIBUTE.findall(token.content)
        yield from (value for key, value in found if key.lower() in {"href", "src"})


def _anchors(tokens: Sequence[Token]) -> Iterator[str]:
    """Of headings, the second of the same words with `-1` behind it, and of HTML."""
    seen: dict[str, int] = {}
    for before, token in pairwise(tokens):
        if before.type == "heading_open":
            name = slug(_words(token))
            count = seen.get(name, 0)
            seen[name] = count + 1
            yield f"{name}-{count}" if count else name
    for token in tokens:
        for part in (token, *(token.children or ())):
            if part.type in {"html_block", "html_inline"}:
                found = _ATTRIBUTE.findall(part.content)
                yield from (value for key, value in found if key.lower() in {"id", "name"})


def _words(token: Token) -> str:
    kept = {"text", "code_inline"}
    return "".join(one.content for one in token.children or () if one.type in kept)


def _fences(tokens: Sequence[Token], lines: Sequence[str]) -> Iterator[Fence]:
    for token in tokens:
        if token.type == "fence" and token.map is not None:
            start, end = token.map
            last = _CLOSING.match(lines[end - 1]) if end - start > 1 else None
            closed = last is not None and last[1].startswith(token.markup)
            words = token.info.strip().strip("{}.").split()
            language = words[0].lower() if words else ""
            yield Fence(language, token.content, start + 2, closed)


def _line(token: Token, target: str, lines: Sequence[str]) -> int:
    """The first line of the token's block that holds the target, counted from 1."""
    start, end = token.map or (0, len(lines))
    for number in range(start, min(end, len(lines))):
        if target and target in lines[number]:
            return number + 1
    return start + 1
