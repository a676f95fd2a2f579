"""guess: how a repository's tests run, as the values that town.toml is given."""

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from gastown.founding.tests_of import tests_in
from gastown.rigs.gauge.detect import detect
from gastown.town.tables.rigs import GaugeTable, RigTable


def gauge_of(clone: Path, kind: str = "") -> dict[str, Any]:
    """The `[gauge]` table for a clone, as plain values; see `detect`."""
    return detect(clone, kind).model_dump(mode="json", exclude_unset=True)


def tests_key(gauge: object, clone: Path) -> dict[str, Any]:
    """`tests` of the rig's table, where they lie elsewhere than it says by itself.

    Of a gauge that makes no sense nothing is said: who reads the table will say it.
    """
    try:
        found = tests_in(GaugeTable.model_validate(gauge), clone)
    except ValidationError:
        return {}
    return {} if found == RigTable.model_fields["tests"].default else {"tests": list(found)}
