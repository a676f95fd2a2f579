"""`[health]` of town.toml."""

import pytest
from pydantic import ValidationError

from gastown.town.tables.health import HealthTable


def test_the_ages_are_gas_towns():
    table = HealthTable()

    assert (table.beat_s, table.stale_s, table.stuck_s, table.recycles) == (15, 300, 900, 3)


@pytest.mark.parametrize(
    "keys", [{"stale_s": 900}, {"stale_s": 20}, {"recycles": 4}, {"beat_s": 0}, {"stuck": 1}]
)
def test_what_makes_no_sense_is_refused(keys):
    with pytest.raises(ValidationError):
        HealthTable.model_validate(keys)
