"""Pattern: which ids a glob of compose.map, advice or a pointcut meets.

`*` is any number of characters but `/`, `?` is one, `[a-z]` and `[^a-z]` one of a set, and a
backslash takes the next character as it is. `*`, `*.end` and `begin.*` meet a `/` too.
"""

import re
from functools import lru_cache

_TOKEN = re.compile(r"\\(?P<plain>.)|\[(?P<no>\^?)(?P<set>(?:\\.|[^\]\\])+)\]|.", re.DOTALL)
_WILD = {"*": "[^/]*", "?": "[^/]"}


def meets(pattern: str, name: str) -> bool:
    """Whether a pattern meets a name. Raises ValueError for a pattern that is none."""
    if pattern in {"*", name}:
        return True
    if pattern.startswith("*.") and not _is_wild(pattern[1:]):
        return name.endswith(pattern[1:])
    if pattern.endswith(".*") and not _is_wild(pattern[:-1]):
        return name.startswith(pattern[:-1])
    return _compiled(pattern).fullmatch(name) is not None


def _is_wild(text: str) -> bool:
    return any(char in text for char in "*?[\\")


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile("".join(map(_piece, _TOKEN.finditer(pattern))), re.DOTALL)
    except (re.error, ValueError) as error:
        raise ValueError(f"{pattern!r} is not a pattern: {error}") from error


def _piece(match: re.Match[str]) -> str:
    if match["plain"] is not None:
        return re.escape(match["plain"])
    if match["set"] is not None:
        return f"[{match['no']}{_members(match['set'])}]"
    if match[0] in "[\\":
        raise ValueError(f"{match[0]} at its character {match.start() + 1} is not ended")
    return _WILD.get(match[0], re.escape(match[0]))


def _members(text: str) -> str:
    """What stands in brackets; only `-` between two characters keeps a meaning."""
    chars = [re.escape(one[-1]) for one in re.findall(r"\\.|[^\\]", text, re.DOTALL)]
    for at, one in enumerate(re.findall(r"\\.|[^\\]", text, re.DOTALL)):
        if one == "-" and 0 < at < len(chars) - 1:
            chars[at] = "-"
    return "".join(chars)
