"""History: one line of JSON for each scan of a rig, oldest first."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from pydantic import Field, ValidationError

from gastown.errors import ConfigError
from gastown.rigs.scan.finding import SEVERITIES
from gastown.security.follow import Standing
from gastown.security.health import Health, health, sparkline
from gastown.stage import Frozen

SHOWN = 20  # scans in a trend


class Entry(Frozen):
    """What is remembered of a scan. `by` is the convoy that made it, or `alone`."""

    at: datetime
    commit: str
    by: str
    health: Health
    open: dict[str, int] = Field(description="Open findings by severity.")
    new: int = 0
    fixed: int = 0
    accepted: int = 0
    incomplete: tuple[str, ...] = ()


def entry_of(standing: Standing, by: str) -> Entry:
    """The line for a scan."""
    severities = [one.finding.severity for one in standing.open]
    return Entry(
        at=standing.at,
        commit=standing.commit,
        by=by,
        health=health(standing),
        open={name: severities.count(name) for name in SEVERITIES},
        new=len(standing.of("new")),
        fixed=len(standing.just_fixed),
        accepted=len(standing.of("accepted")),
        incomplete=standing.incomplete,
    )


def read_history(path: Path) -> tuple[Entry, ...]:
    """Every scan so far. Raises ConfigError for a line that is none."""
    if not path.exists():
        return ()
    found: list[Entry] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            found.append(Entry.model_validate_json(line))
        except ValidationError as error:
            reason = error.errors()[0]["msg"]
            raise ConfigError(f"{path}:{number}: is no record of a scan: {reason}") from None
    return tuple(found)


def trend(entries: Sequence[Entry]) -> str:
    """`▇▇▃▅ 94 → 78 over 4 scans`; empty before the second scan."""
    shown = entries[-SHOWN:]
    if len(shown) < 2:  # noqa: PLR2004 - one point is no trend
        return ""
    scores = [one.health.score for one in shown]
    return f"{sparkline(scores)} {scores[0]} → {scores[-1]} over {len(shown)} scans"
