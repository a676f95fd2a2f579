"""guess: how a repository's tests run, as the values that town.toml is given."""

from pathlib import Path
from typing import Any

from gastown.rigs.gauge.detect import detect


def gauge_of(clone: Path, kind: str = "") -> dict[str, Any]:
    """The `[gauge]` table for a clone, as plain values; see `detect`."""
    return detect(clone, kind).model_dump(mode="json", exclude_unset=True)
