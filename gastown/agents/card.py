"""Card: what a role is told of its duty, with the version that its file says it has.

A card's file may begin with lines about itself, between two lines of three hyphens:

    ---
    version: 2
    based_on: 1
    ---

`based_on` names the version of ours that a town's or a rig's card was made from.
"""

import hashlib
import re
from collections.abc import Mapping

from pydantic import Field, ValidationError

from gastown.errors import ConfigError
from gastown.stage import Frozen

OURS = "ours"
FENCE = "---"
_DIGEST = 12
_LINE = re.compile(r"([A-Za-z_][\w-]*):[ \t]*(.*)")


class Head(Frozen):
    """What a card's file says of itself; both are empty where it says nothing."""

    version: str = Field(default="", pattern=r"^[\w.-]{0,40}$")
    based_on: str = Field(default="", pattern=r"^[\w.-]{0,40}$")


class Card(Frozen):
    """One role's card as a session is told it; `origin` is `ours` or the file it lies in."""

    role: str
    head: Head
    text: str
    origin: str = OURS

    @property
    def digest(self) -> str:
        """The start of the text's SHA-256: two cards of one version are told apart by it."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:_DIGEST]

    @property
    def facts(self) -> Mapping[str, str]:
        """What a session's evidence keeps of the card that it was told."""
        return {"version": self.head.version, "digest": self.digest, "origin": self.origin}

    @property
    def ours(self) -> bool:
        """Whether it is the one that ships."""
        return self.origin == OURS


def parse_card(role: str, name: str, data: bytes, origin: str = OURS) -> Card:
    """A card from its file; `name` is how errors call it.

    Raises ConfigError for a file that is empty or no text, or that says something wrong of itself.
    """
    head, text = _parted(name, as_text(name, data))
    return Card(role=role, head=head, text=as_text(name, text.encode()), origin=origin)


def as_text(name: str, data: bytes) -> str:
    """What a file tells a role. Raises ConfigError for one that is empty or not text."""
    text = data.decode(errors="replace").strip()
    if not text or "\N{REPLACEMENT CHARACTER}" in text:
        raise ConfigError(
            f"{name}: what a role is told is UTF-8 text; this one is empty or not text"
        )
    return text


def _parted(name: str, text: str) -> tuple[Head, str]:
    lines = text.splitlines()
    if lines[0] != FENCE:
        return Head(), text
    if FENCE not in lines[1:]:
        raise ConfigError(f"{name}: its first lines have no end; close them with a line {FENCE}")
    end = lines.index(FENCE, 1)
    return _head(name, lines[1:end]), "\n".join(lines[end + 1 :])


def _head(name: str, lines: list[str]) -> Head:
    said: dict[str, str] = {}
    for number, line in enumerate(lines, start=2):
        found = _LINE.fullmatch(line.strip())
        if found is None and line.strip():
            raise ConfigError(f"{name}:{number}: {line!r} is no `key: value`")
        if found is not None:
            said[found[1]] = found[2].strip().strip("\"'")
    try:
        return Head.model_validate(said)
    except ValidationError as error:
        key = str(error.errors()[0]["loc"][0])
        known = ", ".join(Head.model_fields)
        why = "is no version" if key in Head.model_fields else f"is unknown; keys: {known}"
        raise ConfigError(f"{name}: {key} {said[key]!r} {why}") from None
