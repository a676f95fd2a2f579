"""A town to resolve seats in, its models under the short names of the specification."""

import tomllib
from typing import Any

from gastown.town.config import TownConfig

SHORT = {
    "q7": "qwen3-coder-7b",
    "q3": "qwen3-coder-3b",
    "q1.5": "qwen3-coder-1.5b",
    "q30": "qwen3-coder-30b",
    "q480": "qwen3-coder-480b",
    "kimi": "kimi-k2.5",
    "g3pro": "gemini-3-pro",
    "g3flash": "gemini-3-flash",
    "g25lite": "gemini-2.5-flash-lite",
    "r1-32": "deepseek-r1-32b",
}

BASE = """
[town]
name = "oak"
[rigs.core]
prefix = "co"
origin = "/srv/core.git"
gauge = { kind = "pytest" }
[rigs.ui]
prefix = "ui"
origin = "/srv/ui.git"
gauge = { kind = "pytest" }
"""


def long(name: str) -> str:
    """A model's name in the catalogue."""
    return SHORT.get(name, name)


def override(text: str) -> dict[str, str]:
    """`polecat@gt:pr-fixup on core.burst=q480` as a table of [[seats.overrides]].

    Without `.local` or `.burst` it is the burst slot, as in the specification.
    """
    who, _, model = text.partition("=")
    who, _, slot = who.rpartition(".") if who.endswith((".local", ".burst")) else (who, "", "burst")
    who, _, rig = who.partition(" on ")
    role, _, label = who.partition("@")
    return {"role": role, "label": label, "rig": rig, slot: long(model)}


def config(*overrides: str, profile: str = "balanced", local_only: bool = False, **tables: Any):
    """The town with these overrides, and further tables of its file; `local_only` is rig core's."""
    file = tomllib.loads(BASE)
    file["seats"] = {"profile": profile, "overrides": [override(one) for one in overrides]}
    file["rigs"]["core"]["local_only"] = local_only
    return TownConfig.model_validate({**file, **tables})
