"""GodotNames: every name that one version of the engine knows, and who has which."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

NEWEST = "4.6"

_WORD = re.compile(r"(?P<name>\w+)(?P<kind>\.(?P<letters>[gsi]*)|[!=~]?)")
_ACCESSORS = {"g": "get_", "s": "set_", "i": "is_"}
_FOLDER = Path(__file__).parent
_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Members:
    """What one class has itself; `static` can be reached from its name, without an instance."""

    all: frozenset[str] = _NONE
    static: frozenset[str] = _NONE
    signals: frozenset[str] = _NONE
    methods: frozenset[str] = _NONE

    def __or__(self, other: "Members") -> "Members":
        return Members(
            self.all | other.all,
            self.static | other.static,
            self.signals | other.signals,
            self.methods | other.methods,
        )


@dataclass(frozen=True)
class GodotNames:
    """`builtins` are values (`Array`, `Vector2`), `classes` objects with their own members only."""

    version: str
    functions: frozenset[str]
    globals: frozenset[str]
    annotations: frozenset[str]
    singletons: frozenset[str]
    builtins: Mapping[str, Members]
    classes: Mapping[str, Members]
    parents: Mapping[str, str]

    @cached_property
    def free(self) -> frozenset[str]:
        """Everything that a script may write without saying where it comes from."""
        return self.functions | self.globals | frozenset((*self.builtins, *self.classes))

    @cached_property
    def everywhere(self) -> frozenset[str]:
        """Every member of every class and builtin."""
        every = (*self.builtins.values(), *self.classes.values())
        return frozenset(name for one in every for name in one.all)

    def line(self, name: str) -> Iterator[str]:
        """A class and its ancestors."""
        while name in self.classes:
            yield name
            name = self.parents[name]

    def members(self, name: str) -> Members | None:
        """What a class or builtin has, inherited members too; None where there is no such class."""
        if name in self.builtins:
            return self.builtins[name]
        if name not in self.classes:
            return None
        return self._inherited[name]

    def below(self, name: str) -> frozenset[str]:
        """What any class that inherits `name` has: an instance may be one of them."""
        heirs = [one for one in self.classes if name in self.line(one)]
        return frozenset(member for one in heirs for member in self.classes[one].all)

    @cached_property
    def _inherited(self) -> dict[str, Members]:
        found: dict[str, Members] = {}
        for name in self.classes:
            total = Members()
            for one in self.line(name):
                total |= self.classes[one]
            found[name] = total
        return found


def godot_names(version: str = NEWEST) -> GodotNames:
    """The names of the shipped version nearest to `version` (`4.6`, `4.6.3`), read once."""
    return _read(_FOLDER / f"godot-{_nearest(version, shipped())}.json")


def shipped() -> list[str]:
    """The versions whose names ship, oldest first."""
    found = (file.stem.removeprefix("godot-") for file in _FOLDER.glob("godot-*.json"))
    return sorted(found, key=_numbers)


def read_names(document: Mapping[str, Any]) -> GodotNames:
    """A table from the document that `dump.names_of` makes."""
    return GodotNames(
        version=document["version"],
        functions=_words(document["functions"]),
        globals=_words(document["globals"]),
        annotations=_words(document["annotations"]),
        singletons=_words(document["singletons"]),
        builtins={name: _members(lines) for name, lines in document["builtins"].items()},
        classes={name: _members(lines) for name, lines in document["members"].items()},
        parents=document["inherits"],
    )


@cache
def _read(file: Path) -> GodotNames:
    return read_names(json.loads(file.read_text(encoding="utf-8")))


def _nearest(version: str, known: Sequence[str]) -> str:
    """The newest that is not newer than `version`, else the oldest."""
    wanted = _numbers(version)[:2]
    fitting = [one for one in known if _numbers(one) <= wanted]
    return fitting[-1] if fitting else known[0]


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version))


def _words(lines: Sequence[str]) -> frozenset[str]:
    return frozenset(" ".join(lines).split())


def _members(lines: Sequence[str]) -> Members:
    every: set[str] = set()
    static: set[str] = set()
    signals: set[str] = set()
    methods: set[str] = set()
    for found in _WORD.finditer(" ".join(lines)):
        name, kind = found["name"], found["kind"]
        own = [_ACCESSORS[letter] + name for letter in found["letters"] or ""]
        every.update((name, *own))
        methods.update(own)
        if kind in {"", "!"}:
            methods.add(name)
        if kind in {"!", "="}:
            static.add(name)
        if kind == "~":
            signals.add(name)
    return Members(*map(frozenset, (every, static, signals, methods)))
