"""Outline: what one script of a rig declares, found without parsing it.

Whatever looks like a declaration counts, also of inner classes: a name too many lets a mistake
pass, a name too few would call a healthy script wrong.
"""

import re
from dataclasses import dataclass

_DECLARED = re.compile(
    r"^[ \t]*(?:@\w+(?:\([^)\n]{0,200}\))?[ \t]+){0,9}(?:static[ \t]+)?"
    r"(?:func|var|const|signal|enum|class|class_name)[ \t]+(\w+)",
    re.MULTILINE,
)
_ENUM = re.compile(r"\benum\b[^{}]{0,200}\{([^{}]{0,20000})\}")
_CLASS_NAME = re.compile(
    r"^[ \t]*(?:@\w+(?:\([^)\n]{0,200}\))?\s{1,20}){0,9}class_name[ \t]+(\w+)", re.MULTILINE
)
_EXTENDS = re.compile(
    r"^(?:@\w+(?:\([^)\n]{0,200}\))?\s{1,20}){0,9}(?:class_name[ \t]+\w+[ \t]+)?extends[ \t]+"
    r"(?:[\"']([^\"'\n]+)[\"']|(\w+))(\.\w+)?",
    re.MULTILINE,
)
_SIGNAL = re.compile(r"^[ \t]*signal[ \t]+(\w+)", re.MULTILINE)
_DYNAMIC = re.compile(r"^[ \t]*func[ \t]+_(?:get|set)\b|\badd_user_signal\b", re.MULTILINE)
_ASKED = re.compile(r"\bhas_method\(|\bhas_signal\(")
_TEXT = re.compile(r"[\"']([A-Za-z_]\w*)[\"']")
_SINGLETON = re.compile(r"add_autoload_singleton\(\s*[\"'](\w+)")
_ADDON = re.compile(r"res://addons/([\w.-]+)")


@dataclass(frozen=True, slots=True)
class Outline:
    """`extends` is a class, a path, or empty where it cannot be told.

    `dynamic` scripts answer for names that they do not declare. `addons` are the folders of
    `res://addons` that it names, `singletons` what it, as a plugin, puts in reach of every script.
    """

    name: str
    extends: str
    declared: frozenset[str]
    signals: frozenset[str]
    dynamic: bool
    singletons: frozenset[str]
    addons: frozenset[str]


def outline(text: str) -> Outline:
    """Read the declarations of a script."""
    named, based = _CLASS_NAME.search(text), _EXTENDS.search(text)
    declared = set(_DECLARED.findall(text))
    for body in _ENUM.findall(text):
        declared |= set(re.findall(r"\b[A-Za-z_]\w*", body))
    if _ASKED.search(text):  # it asks objects for methods that others declare
        declared |= set(_TEXT.findall(text))
    return Outline(
        name=named[1] if named else "",
        extends=_base(based) if based else "RefCounted",
        declared=frozenset(declared),
        signals=frozenset(_SIGNAL.findall(text)),
        dynamic=bool(_DYNAMIC.search(text)),
        singletons=frozenset(_SINGLETON.findall(text)),
        addons=frozenset(_ADDON.findall(text)),
    )


def _base(found: re.Match[str]) -> str:
    return "" if found[3] else found[1] or found[2]
