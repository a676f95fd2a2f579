"""What Godot itself names, for the parse check: the guard's table, in the form that it asks for."""

from dataclasses import dataclass
from functools import cache

from gastown.rigs.guard.names import Members, godot_names


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
    names = godot_names()
    return GodotApi(
        version=names.version,
        types=frozenset((*names.builtins, *names.classes, "Variant")),
        functions=names.functions,
        globals=names.globals,
        members={name: (names.members(name) or Members()).all for name in names.classes},
    )
