"""Schedules: when a deployment runs by itself, and whose word on it counts: a person's, then ours.

What we set last is remembered. What stands otherwise on the server was changed by a person, who is
not overruled; what stands as we set it follows prefect.yaml and the town's sources.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from gastown.beads.files import write_whole
from gastown.stage import Frozen
from gastown.town.config import TownConfig


class Standing(Frozen):
    """A schedule: five fields of cron, whose clock, and whether it is on."""

    cron: str
    timezone: str
    active: bool


@dataclass(frozen=True, slots=True)
class Settled:
    """How a schedule is to stand; None is not at all. `because` is for a person."""

    standing: Standing | None
    because: str


NEEDS_A_SOURCE = frozenset({"bug-scout", "oracle"})
"""Flows that have nothing to do in a town without sources of theirs."""

Ours = Mapping[str, Standing]
"""What we set last, by `flow/deployment/slug`."""

_OURS: TypeAdapter[dict[str, Standing]] = TypeAdapter(dict[str, Standing])


def settled(
    default: Standing, *, ready: str | None, known: Standing | None, ours: Standing | None
) -> Settled:
    """How a schedule of prefect.yaml is to stand on the server.

    Args:
        default: As prefect.yaml has it.
        ready: Why it may run by itself now; None when it may not, until somebody says so.
        known: As it stands on the server; None where it does not.
        ours: As we set it last; None when we never did.
    """
    if ours is None and known is not None:
        return Settled(known, "was there before")
    if known != ours:
        return Settled(known, "a person changed it" if known else "a person removed it")
    if default.active:
        return Settled(default, "prefect.yaml says so")
    on = default.model_copy(update={"active": ready is not None})
    return Settled(on, ready or "off until a person, or town.toml, gives it something to do")


def ready_to_run(config: TownConfig, flow: str) -> str | None:
    """Why a flow may run by itself, by what town.toml gives it to do; None when it may not."""
    mine = [name for name, one in config.sources.items() if one.read_by == flow and one.enabled]
    if mine:
        return f"town.toml has its source {', '.join(mine)}"
    if flow == "assistant" and config.assistant.notify:
        return f"town.toml sends its brief to {', '.join(config.assistant.notify)}"
    return None


def load_ours(path: Path) -> dict[str, Standing]:
    """What we set last; a file that is gone or broken says nothing, so everything is a person's."""
    try:
        return _OURS.validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return {}


def save_ours(path: Path, ours: Ours) -> None:
    """Remember what we set."""
    data = {name: one.model_dump() for name, one in sorted(ours.items())}
    write_whole(path, json.dumps(data, indent=1) + "\n")
