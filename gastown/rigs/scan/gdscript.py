"""Our own rules over Godot files: nobody ships a scanner for GDScript, scenes or presets."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from gastown.agents.globs import matches
from gastown.rigs.scan.finding import Hit
from gastown.rigs.scan.rules import CODE, GD, NATIVE, PRESETS, PROJECT, RULES, SCENES, Rule
from gastown.rigs.scan.source import Source

NAME = "gdscript-rules"
VERSION = "2"
FILES = (*CODE, *PRESETS, *PROJECT, *NATIVE)

_COMMENT = re.compile(r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|[#;].*""")
_LOADS = re.compile(
    r"""\b(?:load|preload)\s*\(\s*["']res://([^"']+)["']|\[ext_resource[^\]]*path="res://([^"]+)\""""
)
_SCRIPTS = re.compile(r"""\[ext_resource[^\]]*type="Script\"""")


@dataclass(frozen=True, slots=True)
class Policy:
    """What a rig forbids itself: code at all, or files (globs below `res://`) that it may load."""

    content_only: bool = False
    forbidden: tuple[str, ...] = ()


NOTHING_FORBIDDEN = Policy()


def scan_gdscript(
    sources: Sequence[Source], policy: Policy = NOTHING_FORBIDDEN, rules: Iterable[Rule] = RULES
) -> list[Hit]:
    """Every rule over every line of its files among `sources`, and the rig's own policy."""
    chosen = tuple(rules)
    return [
        hit
        for source in sources
        for hit in (*scan_rules(source, chosen), *_policed(source, policy))
    ]


def scan_rules(source: Source, rules: Iterable[Rule]) -> Iterator[Hit]:
    """What the rules see in one file; a line's comment says nothing."""
    fit = [rule for rule in rules if matches(source.path, rule.files)]
    if not fit:
        return
    code = [without_comment(line) for line in source.lines]
    held = [rule for rule in fit if rule.context is None or any(map(rule.context.search, code))]
    for number, line in enumerate(code, start=1):
        for rule in held:
            found = rule.pattern.search(line)
            if found:
                secret = found.groupdict().get("secret")
                secrets = (secret,) if secret else ()
                yield Hit(rule.name, rule.severity, source.path, number, rule.title, secrets)


def without_comment(line: str) -> str:
    """A line up to its comment; `#` and `;` within quotes are text."""
    return _COMMENT.sub(lambda match: match[1] or "", line)


def _policed(source: Source, policy: Policy) -> Iterator[Hit]:
    if policy.content_only and matches(source.path, GD):
        title = "Is code in a rig that may hold none"
        yield Hit("content-script", "high", source.path, 1, title)
    if not matches(source.path, CODE):
        return
    for number, line in enumerate(map(without_comment, source.lines), start=1):
        if policy.content_only and matches(source.path, SCENES) and _SCRIPTS.search(line):
            title = "Refers to a script in a rig that may hold none"
            yield Hit("content-script", "high", source.path, number, title)
        for loaded in _LOADS.findall(line):
            path = loaded[0] or loaded[1]
            if matches(path, policy.forbidden):
                title = f"Loads res://{path}, which this rig may not use"
                yield Hit("forbidden-load", "high", source.path, number, title)
