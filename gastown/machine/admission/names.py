"""Names of the published limits: what a dimension, or a model's slots, are called on a server."""

import re
import socket
from collections.abc import Mapping

from gastown.machine.admission.ask import Amounts
from gastown.machine.capacity import DIMENSIONS, Capacity
from gastown.town.config import TownConfig

_BANNED = re.compile(r"[/%&<>]")  # Prefect takes none of these in a name


def host_prefix(config: TownConfig) -> str:
    """What tells this PC's limits apart: nothing on its own server, its name on a shared one."""
    return socket.gethostname() if config.server.api_url else ""


def model_slot(model: str) -> str:
    """What one session at a time takes of a model that the town serves from a file."""
    return f"model:{model}"


def model_slots(config: TownConfig) -> dict[str, int]:
    """Sessions at once of every model that the town serves from a file, loaded or not."""
    rows = config.models.items()
    return {model_slot(name): row.local.slots for name, row in rows if row.local is not None}


def limit_name(name: str, host: str = "") -> str:
    """`vram_mib` is `vram-mib`; slots keep their name. `host` tells PCs on one server apart."""
    plain = name.replace("_", "-") if name in DIMENSIONS else _BANNED.sub("-", name)
    return f"{host}:{plain}" if host else plain


def limits_of(lent: Capacity, slots: Mapping[str, int], host: str = "") -> dict[str, int]:
    """Every published limit of a PC, by its name on the server."""
    whole = {name: lent[name] for name in DIMENSIONS} | dict(slots)
    return {limit_name(name, host): amount for name, amount in whole.items()}


def by_count(amounts: Amounts, host: str = "") -> dict[int, tuple[str, ...]]:
    """Names by how much is wanted of each: the server takes one count per call. Largest first."""
    found: dict[int, list[str]] = {}
    for name, amount in amounts.items():
        found.setdefault(amount, []).append(limit_name(name, host))
    return {count: tuple(sorted(found[count])) for count in sorted(found, reverse=True)}
