"""names_of: the table of an engine's names, made from what the engine says of itself.

`godot --headless --dump-extension-api` writes its classes and functions, `--doctool` also what
only GDScript has (`preload`, `@export`). Names alone are kept: they are facts, and few.
"""

import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from gastown.errors import ConfigError

_NAMED = re.compile(r'<(method|constant|annotation) name="@?(\w+)"')
_WIDTH = 96
_GETTERS = {"g": "get_", "s": "set_", "i": "is_"}
# What the dump leaves out, as none of it is a method of Object's: GDScript's own.
_LANGUAGE = {
    "Object": ["new!", "free"],
    "Array": [],
}
_KEYWORDS = ["self", "super", "true", "false", "null", "PI", "TAU", "INF", "NAN"]


def names_of(api: Mapping[str, Any], gdscript_xml: str) -> dict[str, Any]:
    """The document that is shipped as `godot-MAJOR.MINOR.json`; `godot_names` reads it.

    A member is a word with its kind behind it: nothing for a method, `!` static method, `=`
    constant or enum, `~` signal, `.` property with the letters of its own get_, set_ and is_.

    Args:
        api: The parsed `extension_api.json`.
        gdscript_xml: The text of `@GDScript.xml`.

    Raises:
        ConfigError: It is no dump of the engine's.
    """
    try:
        return _document(api, gdscript_xml)
    except (KeyError, TypeError) as error:
        raise ConfigError(f"extension_api.json: not as Godot 4 writes it: {error!r}") from None


def _document(api: Mapping[str, Any], gdscript_xml: str) -> dict[str, Any]:
    head = api["header"]
    language = _NAMED.findall(gdscript_xml)
    functions = {f["name"] for f in api["utility_functions"]}
    functions |= {name for kind, name in language if kind == "method"}
    return {
        "version": ".".join(str(head[f"version_{key}"]) for key in ("major", "minor", "patch")),
        "functions": _lines(functions),
        "globals": _lines({*_globals(api), *_KEYWORDS}),
        "annotations": _lines({name for kind, name in language if kind == "annotation"}),
        "singletons": _lines({one["name"] for one in api["singletons"]}),
        "builtins": {one["name"]: _lines(_members(one)) for one in api["builtin_classes"]},
        "inherits": {one["name"]: one.get("inherits", "") for one in api["classes"]},
        "members": {one["name"]: _lines(_members(one)) for one in api["classes"]},
    }


def _globals(api: Mapping[str, Any]) -> Iterator[str]:
    for constant in api["global_constants"]:
        yield constant["name"]
    for enum in api["global_enums"]:
        yield from enum["name"].split(".")
        yield from (value["name"] for value in enum["values"])


def _members(one: Mapping[str, Any]) -> set[str]:
    methods = {m["name"]: m["is_static"] for m in one.get("methods", ())}
    found = {f"{name}." for name in _names(one, "members")} | set(_LANGUAGE.get(one["name"], ()))
    for name in _names(one, "properties"):
        own = [letter for letter, word in _GETTERS.items() if word + name in methods]
        for letter in own:
            del methods[_GETTERS[letter] + name]
        found.add(f"{name}.{''.join(own)}")
    found |= {f"{name}!" if static else name for name, static in methods.items()}
    found |= {f"{name}=" for name in _names(one, "constants")}
    found |= {f"{name}~" for name in _names(one, "signals")}
    for enum in one.get("enums", ()):
        found |= {f"{value['name']}=" for value in enum["values"]} | {f"{enum['name']}="}
    return found


def _names(one: Mapping[str, Any], key: str) -> list[str]:
    """Names below a key; groups of properties (`a/b`) have none that a script can write."""
    return [part["name"] for part in one.get(key, ()) if part["name"].isidentifier()]


def _lines(words: Iterable[str]) -> list[str]:
    return textwrap.wrap(
        " ".join(sorted(words)), _WIDTH, break_long_words=False, break_on_hyphens=False
    )
