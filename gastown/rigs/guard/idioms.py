"""Idioms: the Godot 4 spelling of lines that its grammar no longer reads.

They are only asked about a line at which reading stopped, so none can be wrong about good code.
"""

import re
from collections.abc import Sequence


def _idiom(pattern: str, advice: str) -> tuple[re.Pattern[str], str]:
    return re.compile(pattern), advice


# fmt: off
_IDIOMS = (
    _idiom(r"^\s*export\s*\(", "`export(…)` is Godot 3: write `@export var name: Type`, or "
                               "`@export_range(…)`, `@export_enum(…)`, `@export_file`"),
    _idiom(r"^\s*export\s+(?:onready\s+)?var\b", "`export var` is Godot 3: write `@export var`"),
    _idiom(r"^\s*onready\s+var\b", "`onready var` is Godot 3: write `@onready var`"),
    _idiom(r"^\s*tool\s*$", "`tool` is Godot 3: write `@tool`"),
    _idiom(r"\bsetget\b", "`setget` is Godot 3: write a block below the variable, "
                          "`var x: int:` with `set(value): …` and `get: return …`"),
    _idiom(r"^\s*(?:return\s+|var\s+\w+\s*:?=\s*)?\.\w+\(",
           "a call of the parent's method is `super.method(…)`, or `super(…)` within the same one"),
    _idiom(r"^\s*(?:remote|remotesync|puppet|puppetsync|master|mastersync|sync|slave)\s+(?:func|var)",
           '`remote`, `puppet` and their like are Godot 3: write `@rpc("any_peer")` or '
           '`@rpc("authority")` before the function'),
    _idiom(r"^\s*func\s+_init\s*\(.*\)\s*\.\s*\(",
           "the parent's constructor is called within: `super(…)`"),
    _idiom(r"^\s*class_name\s+\w+\s*,", 'an icon is `@icon("res://…")` above `class_name`'),
    _idiom(r"^\s*yield\b", "`yield(…)` is Godot 3: write `await object.signal`"),
    _idiom(r"^\s*def\s+\w+", "a function begins with `func` in GDScript"),
    _idiom(r"^\s*else\s+if\b", "GDScript has `elif`"),
    _idiom(r"^\s*(?:try|except|finally|catch|throw|raise)\b",
           "GDScript has no exceptions: return an Error, or null, and let the caller check it"),
    _idiom(r"^\s*(?:import|from)\s+\w+",
           'GDScript has no import: `const Name := preload("res://path.gd")`, or a class_name'),
    _idiom(r"(?<![\w\"'])f[\"']", 'GDScript has no f-strings: `"%s beats" % count`'),
    _idiom(r"\w\s*(?:\+\+|--)\s*(?:;|$)", "GDScript has no `++`: write `+= 1`"),
    _idiom(r"\?[^:\"']*:", "GDScript has no `?:`: write `a if condition else b`"),
    _idiom(r"^\s*(?:switch|case)\b", "GDScript has `match value:` with patterns below it"),
    _idiom(r"^\s*(?:let|int|float|bool|void|String)\s+\w+\s*[=(;]",
           "a variable is `var name: Type = value`, a function `func name(…) -> Type:`"),
    _idiom(r"\blambda\b", "a lambda is `func(x): return x + 1`"),
    _idiom(r"^\s*for\s*\(", "a loop is `for i in range(n):`"),
    _idiom(r"^\s*(?:func|if|elif|else|for|while|class)\b.*\{\s*$",
           "blocks are indented below a colon, without braces"),
)
# fmt: on


_LONGEST = 500  # characters of a line that are looked at: some patterns take its square


def modern_line(lines: Sequence[str], at: int) -> tuple[int, str] | None:
    """Line number and advice, where a line or the one before it is an idiom of another language.

    Reading stops at, or just behind, what it does not know; `at` counts from 1.
    """
    for number in (at, at - 1):
        if 0 < number <= len(lines):
            for pattern, advice in _IDIOMS:
                if pattern.search(lines[number - 1][:_LONGEST]):
                    return number, advice
    return None
