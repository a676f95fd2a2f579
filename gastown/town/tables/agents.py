"""`[agents.NAME]`: command-line agents, and the roles that work as one of them.

A name that ships with the town keeps what is not said here.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from gastown.agents.external.door import Wire
from gastown.agents.external.preset import Preset, overlaid
from gastown.errors import ConfigError
from gastown.town.tables.table import Table

CLI_ROLES = ("defender", "polecat")
"""Roles whose work is files alone. The others hand in a validated document."""


class AgentTable(Table):
    """`[agents.NAME]`: how it is started, and `roles` that work as it. See `docs/agents.md`."""

    roles: tuple[str, ...] = Field(default=(), description="Every other role works natively.")
    command: tuple[str, ...] = ()
    prompt: Literal["argument", "stdin", "file"] = "argument"
    wire: Wire = "chat"
    env: dict[str, str] = Field(default_factory=dict)
    files: dict[str, str] = Field(default_factory=dict)
    litter: tuple[str, ...] = ()
    readable: tuple[str, ...] = ()
    version: tuple[str, ...] = ()
    min_context: int = 0
    rounds: int = 3
    measured: str = ""


def preset_of(name: str, agents: Mapping[str, AgentTable]) -> Preset:
    """The preset of that name as the town has it. Raises ConfigError for a faulty one."""
    table = agents.get(name)
    said = table.model_dump(exclude_unset=True, exclude={"roles"}) if table else {}
    return overlaid(name, said)


def agent_for(role: str, agents: Mapping[str, AgentTable]) -> Preset | None:
    """The command-line agent as which a role works; None for the native runtime."""
    found = next((name for name, table in agents.items() if role in table.roles), None)
    return preset_of(found, agents) if found else None


def _checked(agents: dict[str, AgentTable]) -> dict[str, AgentTable]:
    owners: dict[str, str] = {}
    for name, table in agents.items():
        try:
            preset_of(name, agents)
        except ConfigError as error:
            raise ValueError(str(error)) from None
        for role in table.roles:
            _check_role(name, role)
            if owners.setdefault(role, name) != name:
                raise ValueError(f"agents.{name}.roles: {role} works as {owners[role]} already")
    return agents


def _check_role(name: str, role: str) -> None:
    if role not in CLI_ROLES:
        raise ValueError(
            f"agents.{name}.roles: {role!r} hands in a validated document, or is no role; a "
            f"command-line agent can be held to files alone: {', '.join(CLI_ROLES)}"
        )


AgentTables = Annotated[dict[str, AgentTable], AfterValidator(_checked)]
