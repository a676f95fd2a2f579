"""Globs: which paths a rule means. `**` is any depth, `*` and `?` stay within one folder."""

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

DEEP = "**"


def matches(path: str, patterns: Iterable[str]) -> bool:
    """Whether `path` (relative, with slashes) is meant by one of the patterns, as a whole.

    `tests/**` means everything under `tests`, `**/*.md` every Markdown file, `README.md` only the
    one at the root, `docs/` the same as `docs/**`. Every other character stands for itself.
    """
    parts = path.split("/")
    return any(_match(parts, _segments(pattern)) for pattern in patterns)


def _segments(pattern: str) -> list[str]:
    whole = pattern.removeprefix("./") + (DEEP if pattern.endswith("/") else "")
    segments = whole.replace("[", "[[]").split("/")
    return [*segments, "*"] if segments[-1] == DEEP else segments


def _match(parts: Sequence[str], segments: Sequence[str]) -> bool:
    """Only the last `**` is ever tried again, so a pattern of many takes no longer than of one."""
    part = segment = 0
    deep, tried = -1, 0
    while part < len(parts):
        here = segments[segment] if segment < len(segments) else ""
        if here == DEEP:
            deep, tried = segment, part
            segment += 1
        elif here and fnmatchcase(parts[part], here):
            part, segment = part + 1, segment + 1
        elif deep >= 0:
            tried += 1
            part, segment = tried, deep + 1
        else:
            return False
    return all(rest == DEEP for rest in segments[segment:])
