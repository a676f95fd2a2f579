"""The routes that a town's rigs give: town.toml decides, routes.jsonl follows."""

from gastown.beads.routes import Route
from gastown.town.config import TownConfig


def routes(config: TownConfig) -> list[Route]:
    """The town itself, then each rig's canonical clone."""
    return [Route("hq-", "."), *(route(name, rig.prefix) for name, rig in config.rigs.items())]


def route(rig: str, prefix: str) -> Route:
    """Where the beads of a rig lie."""
    return Route(f"{prefix}-", f"{rig}/mayor/rig")
