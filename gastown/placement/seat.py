"""Seat: which model of the catalogue a role uses, with the rule that decided.

Resolution reads configuration only, never load, money, clock or environment: what a preview shows
is what a run gets.
"""

from dataclasses import dataclass

from gastown.errors import ConfigError
from gastown.town.config import TownConfig

TOOL_ROLES = frozenset({"gauger"})  # these run commands and need no model


@dataclass(frozen=True, slots=True)
class Seat:
    """The model a role gets, and because of which rule."""

    model: str | None
    because: str


def resolve_seat(config: TownConfig, role: str) -> Seat:
    """The seat of a role. Raises ConfigError when neither the role nor the default names one."""
    if not role or role in TOOL_ROLES:
        return Seat(None, "runs tools, no model")
    if role in config.seats.roles:
        return Seat(config.seats.roles[role], f"seats.roles.{role}")
    if config.seats.default:
        return Seat(config.seats.default, "seats.default")
    raise ConfigError(
        f"town.toml: no model for the role {role!r}: set seats.default or seats.roles.{role}"
    )
