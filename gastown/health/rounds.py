"""rounds: when each patrol last looked, so that the next one up sees whether anybody does."""

from pathlib import Path

from pydantic import ValidationError

from gastown.beads.files import write_whole
from gastown.stage import Frozen
from gastown.town.layout import TownLayout


class Round(Frozen):
    """One look of a patrol: when, in seconds since the epoch, at how many, and at how many acts."""

    at: float
    sessions: int
    acts: int


def round_file(layout: TownLayout, name: str) -> Path:
    """Where the last round of a patrol is kept: `game/witness`, `deacon`."""
    return layout.state / "patrols" / f"{name.replace('/', '.')}.json"


def last_round(layout: TownLayout, name: str) -> Round | None:
    """When a patrol last looked; None when it never did."""
    try:
        return Round.model_validate_json(round_file(layout, name).read_bytes())
    except (OSError, ValidationError):
        return None


def keep_round(layout: TownLayout, name: str, one: Round) -> None:
    """Put a patrol's look on record."""
    write_whole(round_file(layout, name), one.model_dump_json())
