"""Roles: who has a seat, and what a model on it must be able to do; labels: kinds of work."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

SHORT = "gt:"
LABELS = ("gt:triage", "gt:pr-conflict", "gt:pr-feedback", "gt:pr-fixup", "gt:rework")
"""Labels that select a model. Of a bead with several, the first that a rule names counts."""


@dataclass(frozen=True, slots=True)
class Role:
    """What is special about a role."""

    vision: bool = False
    town_level: bool = False
    """Serves the town as a whole: no rig, no bead, no convoy."""
    bead: bool = False
    """Works on one bead, whose labels and own model count."""
    tools: bool = False
    """Runs commands: it works without a model too."""


ROLES: Mapping[str, Role] = MappingProxyType(
    {
        "mayor": Role(town_level=True),
        "crew": Role(),
        "defender": Role(),
        "polecat": Role(bead=True),
        "refinery": Role(bead=True),
        "watchdog": Role(),
        "librarian": Role(),
        "gauger": Role(tools=True),
        "spotter": Role(vision=True),
    }
)

SITS_WITH: Mapping[str, str] = MappingProxyType(
    {"bug-scout": "crew", "oracle": "crew", "assistant": "crew", "boot": "crew"}
)
"""Roles that read and word without a seat of their own, and whose seat they take."""


def unknown_role(name: str) -> str:
    """What to say of a role that there is not."""
    if SHORT + name in LABELS:
        return f"unknown role {name!r}: use label {SHORT}{name}"
    return f"unknown role {name!r}; roles: {', '.join(ROLES)}"
