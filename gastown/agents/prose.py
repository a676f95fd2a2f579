"""Prose: what a model wrote, made fit for files, terminals, the ledger and commit messages."""

import json
import re
from typing import TypeVar

JsonT = TypeVar("JsonT")

_BREAKS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_HALVES = re.compile("[\ud800-\udfff]")
_ACTIVE = re.compile(r"([\\`<\[\]|])")
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def whole(text: str) -> str:
    """The text with replacement characters where it holds half a character: every encoder's."""
    return _HALVES.sub("\ufffd", text)


def whole_json(value: JsonT) -> JsonT:
    """A JSON value all of whose texts are whole."""
    made: JsonT = json.loads(whole(json.dumps(value, ensure_ascii=False)))
    return made


def clean(text: str) -> str:
    """The text without what steers a terminal or turns its order about; lines end as in Unix.

    White space at the end of lines, and around the whole, goes too; tabs stay.
    """
    seen = _UNSEEN.sub("", _BREAKS.sub("\n", whole(text)))
    return "\n".join(line.rstrip() for line in seen.split("\n")).strip()


def one_line(text: str, limit: int = 0) -> str:
    """The text as one line, cut to `limit` characters if one is given.

    In a commit message it stays within its paragraph, so it can forge no trailer.
    """
    said = " ".join(clean(text).split())
    return f"{said[: limit - 1].rstrip()}…" if 0 < limit < len(said) else said


def as_markdown(text: str, limit: int = 0) -> str:
    """One line of Markdown that shows the text: nothing in it is a link, a picture, HTML or code.

    Pages that show it fetch nothing, and it stays in its cell of a table.
    """
    return _ACTIVE.sub(r"\\\1", one_line(text, limit))
