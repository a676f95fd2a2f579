"""What Godot itself names: classes, functions, constants, and the members of common base classes.

`godot_api.json` holds names only, taken from `godot --headless --dump-extension-api`.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class GodotApi:
    """Names of one version of the engine. `members` are those of a class and of its ancestors."""

    version: str
    types: frozenset[str]
    functions: frozenset[str]
    globals: frozenset[str]
    members: dict[str, frozenset[str]]

    @property
    def names(self) -> frozenset[str]:
        """Everything that a script may write without saying where it comes from."""
        return self.types | self.functions | self.globals


@cache
def godot_api() -> GodotApi:
    """The names that are shipped with the town; read once."""
    text = Path(__file__).with_name("godot_api.json").read_text(encoding="utf-8")
    data: dict[str, Any] = json.loads(text)
    own = {name: _words(lines) for name, lines in data["members"].items()}
    return GodotApi(
        version=data["version"],
        types=_words(data["classes"]) | _words(data["builtins"]),
        functions=_words(data["functions"]),
        globals=_words(data["globals"]),
        members={name: _inherited(name, own, data["inherits"]) for name in own},
    )


def _words(lines: list[str]) -> frozenset[str]:
    return frozenset(" ".join(lines).split())


def _inherited(
    name: str, own: dict[str, frozenset[str]], parents: dict[str, str]
) -> frozenset[str]:
    found: frozenset[str] = frozenset()
    while name in own:
        found |= own[name]
        name = parents[name]
    return found
