"""criteria.md: claims as a person writes them, one a line, each saying who can judge it.

An example::

    1. [pixel] The menu looks as agreed.            every frame against its reference
    2. [pixel 0030.png] So does its first second.   one frame
    3. [log] Nothing goes wrong.                    no line of the output is an error
    4. [log contains "3 lanes"] It tells its lanes. also: absent "…", matches "…"
    5. [vision] The title reads 'Beat Runner'.      a model looks at the first frame
    6. [vision 0089.png] The lanes are lit.         or at another

Everything else in the file is for people.
"""

import re
from typing import Any

from gastown.errors import ConfigError

NAME = "criteria.md"
_NUMBERED = re.compile(r"(?P<number>\d+)[.)]\s+(?P<rest>.*)")
_TAG = re.compile(r"\[(?P<kind>pixel|log|vision)\b(?P<how>(?:[^\]\"]|\"[^\"]*\")*)\]")
_LOG = re.compile(r'(?P<rule>contains|absent|matches)\s+"(?P<text>[^"]+)"')
_FRAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


def parse_criteria(text: str, where: str) -> list[dict[str, Any]]:
    """The claims as tables of truth.toml, in order; a line that is indented continues the last.

    Raises:
        ConfigError: A numbered line has no tag, one that makes no sense, or a wrong number.
    """
    claims: list[dict[str, Any]] = []
    for line, joined in _items(text):
        spot = f"{where}:{line}"
        found = _NUMBERED.fullmatch(joined)
        assert found is not None  # noqa: S101 - _items gives none else
        if int(found["number"]) != len(claims) + 1:
            raise ConfigError(f"{spot}: this claim must be number {len(claims) + 1}")
        claims.append(_claim(found["rest"], spot))
    return claims


def _items(text: str) -> list[tuple[int, str]]:
    """Numbered lines with their numbers in the file, each joined with what is indented below it."""
    items: list[tuple[int, str]] = []
    opened = False
    for at, line in enumerate(text.splitlines(), start=1):
        if _NUMBERED.fullmatch(line):
            items.append((at, line.rstrip()))
            opened = True
        elif opened and line[:1].isspace() and line.strip():
            items[-1] = (items[-1][0], f"{items[-1][1]} {line.strip()}")
        else:
            opened = False
    return items


def _claim(rest: str, spot: str) -> dict[str, Any]:
    found = _TAG.search(rest)
    if found is None:
        raise ConfigError(f"{spot}: no tag; say who judges it: [pixel], [log] or [vision]")
    text = " ".join(f"{rest[: found.start()]} {rest[found.end() :]}".split())
    if not text:
        raise ConfigError(f"{spot}: a tag without a claim; say in plain words what must hold")
    return {"kind": found["kind"], "text": text, **_how(found["kind"], found["how"].strip(), spot)}


def _how(kind: str, how: str, spot: str) -> dict[str, Any]:
    if kind == "log":
        if not how:
            return {"clean": True}
        rule = _LOG.fullmatch(how)
        if rule is None:
            raise ConfigError(f'{spot}: [log {how}]: write [log contains "…"], absent or matches')
        return {rule["rule"]: rule["text"]}
    if how and not _FRAME.fullmatch(how):
        raise ConfigError(f"{spot}: [{kind} {how}]: write the name of one frame, or nothing")
    return {"frame": how}
