"""Modern: what to write in Godot 4 where a model writes Godot 3, or another engine's words."""

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_MANY = 3  # names that are proposed
_ALIKE = 0.6  # less alike than this, a name is no help
_FILLERS = {"get", "set", "is", "has", ""}


@dataclass(frozen=True, slots=True)
class Modern:
    """Old spellings and new ones: of classes, functions, constants, and members of any class."""

    classes: Mapping[str, str]
    functions: Mapping[str, str]
    constants: Mapping[str, str]
    members: Mapping[str, str]

    def free(self, name: str) -> str:
        """What stands for a name that needs no owner; empty where nothing is known."""
        return self.classes.get(name) or self.functions.get(name) or self.constants.get(name, "")


@cache
def modern() -> Modern:
    """The spellings that ship, read once."""
    text = Path(__file__).with_name("modern.toml").read_text(encoding="utf-8")
    return Modern(**tomllib.loads(text))


def nearest(name: str, known: Iterable[str]) -> list[str]:
    """Names most like `name`, by their letters and by the words that they share."""
    scored = sorted(((_likeness(name, one), one) for one in known), key=lambda p: (-p[0], p[1]))
    return [one for score, one in scored[:_MANY] if score >= _ALIKE]


def _likeness(name: str, other: str) -> float:
    mine, theirs = _parts(name), _parts(other)
    shared = len(mine & theirs) / (len(mine | theirs) or 1)
    letters = difflib.SequenceMatcher(None, name.lower(), other.lower()).ratio()
    return max(letters, (letters + shared) / 2 + 0.1 * (shared > 0))


def _parts(name: str) -> set[str]:
    return set(name.lower().split("_")) - _FILLERS
