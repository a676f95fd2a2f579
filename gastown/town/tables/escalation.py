"""`[escalation]`: how long each tier has, and how the Overseer is reached."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field

from gastown.town.tables.table import Table

_HOUR, _DAY = 3_600, 86_400


class EscalationTable(Table):
    """`[escalation]`: times are seconds; notification blocks are named `type/name`."""

    critical_s: float = Field(default=300, ge=10, description="A tier's time to answer.")
    high_s: float = Field(default=_HOUR / 2, ge=10, description="A tier's time to answer.")
    medium_s: float = Field(default=4 * _HOUR, ge=10, description="A tier's time to answer.")
    acked_times: float = Field(
        default=4, ge=1, le=100, description="So many times longer where it is acknowledged."
    )
    remind_s: float = Field(
        default=_DAY, ge=0, description="The Overseer is asked again after so long; 0: never."
    )
    notify: tuple[Annotated[str, Field(pattern=r"^[a-z0-9-]+/[a-z0-9-]+$")], ...] = Field(
        default=(), description="Default: the blocks of [gates], else of [assistant]."
    )

    def answer_in(self, severity: Literal["CRITICAL", "HIGH", "MEDIUM"]) -> timedelta:
        """How long a tier has to say that it is at it."""
        seconds = {"CRITICAL": self.critical_s, "HIGH": self.high_s, "MEDIUM": self.medium_s}
        return timedelta(seconds=seconds[severity])
