"""What was done about a step's sessions, a file each, kept before it is done: a crash counts."""

import re
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from pydantic import ValidationError

from gastown.beads.files import write_whole
from gastown.health.respond import History
from gastown.rigs.lock import file_lock
from gastown.town.layout import TownLayout

_KEPT_S = 30 * 86_400.0
_UNFIT = re.compile(r"[^A-Za-z0-9_.-]+")


def history_file(layout: TownLayout, step: str) -> Path:
    """Where it is kept of a step."""
    return layout.state / "health" / f"{_UNFIT.sub('-', step)}.json"


def history_of(layout: TownLayout, step: str) -> History:
    """What was done so far; of a file that cannot be read, nothing."""
    try:
        return History.model_validate_json(history_file(layout, step).read_bytes())
    except (OSError, ValidationError):
        return History()


def keep_history(layout: TownLayout, step: str, history: History) -> None:
    """Replace what is known of a step."""
    write_whole(history_file(layout, step), history.model_dump_json())


def forget_old(layout: TownLayout, now: float) -> None:
    """Nothing need be known of a step with which nothing was done for a month."""
    for path in history_file(layout, "x").parent.glob("*.json"):
        with suppress(FileNotFoundError):
            if now - path.stat().st_mtime > _KEPT_S:
                path.unlink()


@contextmanager
def one_patrol(layout: TownLayout) -> Generator[None]:
    """Two patrols at once would count each other's nudges as their own: one waits."""
    with file_lock(layout.state / "health" / ".lock"):
        yield
