"""routes.jsonl: which rig a bead's prefix leads to, for `bd` and its kin; follows town.toml."""

import json

from gastown.town.config import TownConfig
from gastown.town.layout import TownLayout


def routes_text(config: TownConfig) -> str:
    """The file: the town itself, then each rig's canonical clone."""
    places = {"hq": "."} | {rig.prefix: f"{name}/mayor/rig" for name, rig in config.rigs.items()}
    lines = [
        json.dumps({"prefix": f"{prefix}-", "path": place}) for prefix, place in places.items()
    ]
    return "\n".join(lines) + "\n"


def write_routes(layout: TownLayout, config: TownConfig) -> None:
    """Put the file in place in one step."""
    spare = layout.beads / "routes.jsonl.new"
    spare.write_text(routes_text(config), encoding="utf-8")
    spare.replace(layout.beads / "routes.jsonl")
