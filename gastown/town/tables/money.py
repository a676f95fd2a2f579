"""`[budget]` and `[money]`: what the town may spend, and what a kilowatt-hour costs here."""

from decimal import Decimal
from typing import Literal

from pydantic import Field, field_validator

from gastown.catalogue.roles import ROLES, SITS_WITH, unknown_role
from gastown.town.tables.table import Table


class BudgetTable(Table):
    """`[budget]`: caps in USD. Without one, nothing but a session's own limit stops spending."""

    day_usd: Decimal | None = Field(default=None, ge=0)
    convoy_usd: Decimal | None = Field(default=None, ge=0, description="Of each convoy.")
    roles: dict[str, Decimal] = Field(default_factory=dict, description="Of a role on one day.")

    @field_validator("roles")
    @classmethod
    def _caps_are_of_roles(cls, caps: dict[str, Decimal]) -> dict[str, Decimal]:
        """A cap of a role that nobody has would cap nothing."""
        for role, cap in caps.items():
            if role not in ROLES and role not in SITS_WITH:
                raise ValueError(unknown_role(role))
            if cap < 0:
                raise ValueError(f"{role}: {cap} is below 0; a cap of 0 stops the role")
        return caps


class MoneyTable(Table):
    """`[money]`: when a day of the budget begins, and what electricity costs."""

    day: Literal["utc", "local"] = Field(default="utc", description="Whose midnight.")
    kwh_usd: Decimal | None = Field(default=None, ge=0)
