"""`[health]`: how often sessions beat, and after how long a silence what is done about one."""

from typing import Self

from pydantic import Field, model_validator

from gastown.town.tables.table import Table


class HealthTable(Table):
    """`[health]`: times are seconds. What thinks, waits or runs a command is never called stuck."""

    beat_s: float = Field(
        default=15, gt=0, le=300, description="A session's beat; elsewhere two missed are a death."
    )
    stale_s: float = Field(default=300, gt=0, description="Silence that is asked about: a nudge.")
    stuck_s: float = Field(default=900, gt=0, description="Silence that ends a session.")
    recycles: int = Field(
        default=3, ge=0, le=3, description="Ends of sessions of one step before a person is asked."
    )

    @model_validator(mode="after")
    def _grow(self) -> Self:
        if not 2 * self.beat_s <= self.stale_s < self.stuck_s:
            raise ValueError(
                f"stale_s: {self.stale_s:g} must be at least two beats ({2 * self.beat_s:g}) and "
                f"less than stuck_s ({self.stuck_s:g})"
            )
        return self
