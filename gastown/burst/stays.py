"""stays: why a stage cannot be carried out on another machine; pure, asked before it is sent."""

from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import urlsplit

from gastown.burst.parcel import is_remote
from gastown.town.config import TownConfig
from gastown.town.tables.agents import agent_for

TRAVELLERS = frozenset({"defender", "polecat", "refinery", "librarian"})
"""Roles whose work is commits and a verdict, which travel as a branch and a result."""

AT_HOME: Mapping[str, str] = MappingProxyType(
    {
        "watchdog": "its report is private and must not reach the rig's remote",
        "gauger": "it builds what the town keeps, and needs no model",
        "spotter": "it looks at builds that lie in the town",
    }
)
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def stays(config: TownConfig, role: str, rig: str | None, model: str | None) -> str:
    """Why this stage must be worked on here; empty when it can travel."""
    if not config.burst.enabled:
        return "[burst] enabled is false"
    if role not in TRAVELLERS:
        return f"a {role} does not travel: {AT_HOME.get(role, 'no way is known to bring it back')}"
    if preset := agent_for(role, config.agents):
        return f"the {role} works as {preset.name}, a program of this machine"
    if rig is None:
        return "it works on no rig"
    return _road(config, rig) or _endpoint(config, model)


def remote_of(config: TownConfig, rig: str) -> str:
    """The address under which other machines reach a rig."""
    return config.burst.remotes.get(rig) or config.rig(rig).origin


def _road(config: TownConfig, rig: str) -> str:
    remote = remote_of(config, rig)
    if not is_remote(remote):
        return (
            f"rigs.{rig}.origin is a folder of this machine; give burst.remotes.{rig} an address "
            f"under which others reach it"
        )
    host = urlsplit(remote).hostname or ""
    return _reach(config, host, f"the remote of {rig}")


def _endpoint(config: TownConfig, model: str | None) -> str:
    if model is None:
        return ""
    row = config.model(model)
    if row.local is not None:
        return f"models.{model} is a file that this machine serves"
    host = urlsplit(row.endpoint).hostname or ""
    return _reach(config, host, f"models.{model}.endpoint")


def _reach(config: TownConfig, host: str, what: str) -> str:
    if host in _LOOPBACK and config.burst.worker != "here":
        return f"{what} is on {host}, which is another machine's own address there"
    return ""
