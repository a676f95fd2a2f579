"""Our own rules for Godot files: nobody ships a scanner for GDScript."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from re import Pattern

from gastown.agents.globs import matches
from gastown.rigs.scan.finding import Hit, Severity
from gastown.rigs.scan.source import Source

NAME = "gdscript-rules"
VERSION = "1"
GD, SCENES = ("**/*.gd",), ("**/*.tscn", "**/*.tres")
FILES = (*GD, *SCENES, "**/*.cfg")

_COMMENT = re.compile(r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|[#;].*""")


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern over one line without its comment; the group `secret`, if any, is redacted."""

    name: str
    severity: Severity
    title: str
    pattern: Pattern[str]
    files: tuple[str, ...]


def _rule(name: str, severity: Severity, title: str, pattern: str, *files: str) -> Rule:
    return Rule(name, severity, title, re.compile(pattern), files or (*GD, *SCENES))


# fmt: off
RULES = (
    _rule("run-program", "high", "Starts another program",
          r"\bOS\.(?:execute|execute_with_pipe|create_process|create_instance|shell_open)\b"),
    _rule("evaluate", "high", "Evaluates text as code",
          r"\bExpression\.new\s*\(|\bGDScript\.new\s*\(|\.source_code\s*="),
    _rule("deserialize", "high", "Turns data into objects, which may run code",
          r"\b(?:bytes_to_var_with_objects|str_to_var)\s*\(|\ballow_objects\s*=\s*true"
          r"|\.get_var\s*\(\s*true"),
    _rule("load-pack", "high", "Loads a resource pack, which may replace scripts",
          r"\bload_resource_pack\s*\("),
    _rule("load-user-data", "medium", "Loads a resource that the player can replace",
          r"""\b(?:load|preload|ResourceLoader\.load)\s*\(\s*["']user://"""),
    _rule("tls-unsafe", "high", "Accepts any TLS certificate", r"\bclient_unsafe\s*\("),
    _rule("plain-http", "low", "Talks without encryption",
          r"""["']http://(?!localhost|127\.0\.0\.1|\[::1\])"""),
    _rule("scene-script", "medium", "Carries a script inside a scene or resource",
          r"""^\s*script/source\s*=|\[sub_resource[^\]]*type="GDScript\"""", *SCENES),
    _rule("export-password", "high", "Carries the password of a signing key or package",
          r"""^\s*(?:keystore/\w*password|script_encryption_key|\w+/password)\s*=\s*"""
          r"""\"(?P<secret>[^"]+)\"""", "**/*.cfg"),
    _rule("literal-password", "high", "Carries a password",
          r"""(?i)\b\w*passw(?:or)?d?\w*\s*(?::\s*String)?\s*:?=\s*["'](?P<secret>[^"']{4,})["']""",
          *GD),
    _rule("literal-secret", "high", "Carries a key or token",
          r"""(?i)\b\w*(?:key|secret|token)\w*\s*(?::\s*String)?\s*:?=\s*"""
          r"""["'](?P<secret>(?=[^"']*\d)[\w+/=.-]{16,})["']""", *GD),
)
# fmt: on


def scan_gdscript(sources: Sequence[Source]) -> list[Hit]:
    """Every rule over every line of the Godot files among `sources`."""
    return [hit for source in sources for hit in _hits(source)]


def _hits(source: Source) -> Iterator[Hit]:
    rules = [rule for rule in RULES if matches(source.path, rule.files)]
    for number, text in enumerate(source.lines, start=1):
        code = without_comment(text)
        for rule in rules:
            found = rule.pattern.search(code)
            if found:
                secret = found.groupdict().get("secret")
                secrets = (secret,) if secret else ()
                yield Hit(rule.name, rule.severity, source.path, number, rule.title, secrets)


def without_comment(line: str) -> str:
    """A line up to its comment; `#` and `;` within quotes are text."""
    return _COMMENT.sub(lambda match: match[1] or "", line)
