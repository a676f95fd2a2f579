"""Answer files: what a rehearsed model says, in Markdown a person can read and edit.

One file is one session, `answers/<role>/<key>.md`; later rounds of it are `<key>.r2.md` and so on.
`# turn` begins a message with tool calls, `# answer` a message of plain text; what follows a colon
in either, and everything before the first, is a remark. In a turn, prose is the message's text and
each call is a heading with its path, if it has one::

    ## write_file src/combo.py      the fence below is `content`
    ## edit_file src/combo.py       fences marked `search` and `replace`
    ## submit                       a TOML fence: the arguments

In an answer the first fence is the text; `## when image 2 is PATH` or `## when every image is PATH`
puts another before it, said only if the request's second picture, or each of them, shows the same
pixels as the file (its path begins at this one's folder).
"""

import re
import tomllib
from pathlib import Path
from typing import Any

from gastown.errors import ConfigError
from gastown.rehearsal.images import UNREADABLE, pixels
from gastown.rehearsal.markdown import Block, Fence, Heading, Prose, blocks
from gastown.rehearsal.turn import Call, Case, Turn

_WHEN = re.compile(r"when (?:image (\d+)|every image) is (\S+)")


def load_answer(path: Path) -> tuple[Turn, ...]:
    """The turns of one file. Raises ConfigError that names file and line."""
    try:
        return _turns(path)
    except _MistakeError as mistake:
        raise ConfigError(f"{path}:{mistake.line}: {mistake.reason}") from None


def _turns(path: Path) -> tuple[Turn, ...]:
    sections = _sections(list(blocks(path.read_text(encoding="utf-8"))))
    if not sections:
        raise _MistakeError(1, "no `# turn` and no `# answer`")
    return tuple(_turn(heading, body, path.parent) for heading, body in sections)


class _MistakeError(Exception):
    def __init__(self, line: int, reason: str) -> None:
        self.line = line
        self.reason = reason
        super().__init__(reason)


def _sections(found: list[Block], level: int = 1) -> list[tuple[Heading, list[Block]]]:
    sections: list[tuple[Heading, list[Block]]] = []
    for block in found:
        if isinstance(block, Fence) and not block.closed:
            raise _MistakeError(block.line, "this fence is never closed")
        if isinstance(block, Heading) and block.level == level:
            sections.append((block, []))
        elif sections:
            sections[-1][1].append(block)
    return sections


def _turn(heading: Heading, body: list[Block], folder: Path) -> Turn:
    match heading.title.partition(":")[0].strip():
        case "turn":
            return _calls(body)
        case "answer":
            return _answer(heading, body, folder)
        case other:
            raise _MistakeError(heading.line, f"`# {other}`: expected `# turn` or `# answer`")


def _calls(body: list[Block]) -> Turn:
    text = " ".join(block.text for block in _lead(body) if isinstance(block, Prose))
    calls = tuple(_call(heading, inner) for heading, inner in _sections(body, level=2))
    return Turn(text=text, calls=calls)


def _call(heading: Heading, body: list[Block]) -> Call:
    name, _, path = heading.title.partition(" ")
    arguments: dict[str, Any] = {"path": path.strip()} if path else {}
    for fence in body:
        if isinstance(fence, Fence):
            arguments |= _argument(fence) if path else _table(fence)
    return Call(name, arguments)


def _argument(fence: Fence) -> dict[str, Any]:
    return {fence.info if fence.info in {"search", "replace"} else "content": fence.body}


def _table(fence: Fence) -> dict[str, Any]:
    try:
        return tomllib.loads(fence.body)
    except tomllib.TOMLDecodeError as error:
        raise _MistakeError(fence.line, f"arguments as TOML: {error}") from None


def _answer(heading: Heading, body: list[Block], folder: Path) -> Turn:
    cases = tuple(_case(when, inner, folder) for when, inner in _sections(body, level=2))
    return Turn(text=_text(heading, _lead(body)), cases=cases)


def _case(heading: Heading, body: list[Block], folder: Path) -> Case:
    found = _WHEN.fullmatch(heading.title)
    if found is None:
        raise _MistakeError(
            heading.line, f"`## {heading.title}`: expected `when image N is PATH`, or every image"
        )
    image = folder / found[2]
    seen = pixels(image.read_bytes()) if image.is_file() else UNREADABLE
    if seen == UNREADABLE:
        raise _MistakeError(heading.line, f"{found[2]}: no such picture beside this file")
    return Case(image=int(found[1] or 0), pixels=seen, text=_text(heading, body))


def _lead(body: list[Block]) -> list[Block]:
    """What stands before the first inner heading."""
    headings = (at for at, block in enumerate(body) if isinstance(block, Heading))
    return body[: next(headings, len(body))]


def _text(heading: Heading, body: list[Block]) -> str:
    fence = next((block for block in body if isinstance(block, Fence)), None)
    if fence is None:
        raise _MistakeError(heading.line, "a fence with the text must follow")
    return fence.body.removesuffix("\n")
