"""Names of rigs, crew and prefixes: what will do, and what to propose."""

import re
from collections.abc import Collection

from gastown.errors import ConfigError
from gastown.town.tables.table import NAME, PREFIX

RESERVED = frozenset(
    {"private", "builds", "reports", "formulas", "formula-overlays", "cards", "directives"}
)
"""Folders of the town itself."""


def check_name(kind: str, name: str) -> None:
    """Raises ConfigError when a name will not do as a folder's and a TOML key's."""
    if not re.fullmatch(NAME, name):
        raise ConfigError(f"{kind} {name!r}: begin with a letter, then letters, digits, _ . -")
    if name.lower() in RESERVED:
        raise ConfigError(f"{kind} {name!r}: the town has a folder of that name")


def check_prefix(prefix: str, taken: Collection[str]) -> str:
    """The prefix, if it will do. Raises ConfigError."""
    if not re.fullmatch(PREFIX, prefix):
        raise ConfigError(
            f"prefix {prefix!r}: up to 8 lower case letters and digits, a letter first"
        )
    if prefix in taken:
        raise ConfigError(f"prefix {prefix!r} is taken; give another one: --prefix")
    return prefix


def propose_prefix(name: str, taken: Collection[str]) -> str:
    """A free prefix for a rig: its words' first letters, else the first letters of its name.

    `space-garden` gives `sg`; `garden` gives `ga`, and `gar` where that is taken.
    """
    words = re.findall(r"[a-z]+|[0-9]+", name.lower())
    initials = "".join(word[0] for word in words)
    letters = re.sub(r"[^a-z0-9]", "", name.lower())
    proposals = [initials[:8]] * (len(words) > 1)
    proposals += [letters[:length] for length in range(min(2, len(letters)), 9)]
    proposals += [f"{letters[:5]}{number}" for number in range(2, 1000)]
    return next(one for one in proposals if one not in taken)
