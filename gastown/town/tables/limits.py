"""`[limits]`: what one agent session may use, and how long work waits for what is away."""

from decimal import Decimal

from pydantic import Field

from gastown.patience import PATIENCE_S
from gastown.town.tables.table import Table


class LimitsTable(Table):
    """`[limits]`: what one agent session may use at most, and how patient a step is."""

    turns: int = Field(default=20, ge=1)
    tokens: int = Field(default=200_000, ge=1)
    seconds: float = Field(default=900, gt=0)
    usd: Decimal = Field(default=Decimal(1), ge=0)
    rounds: int = Field(
        default=3, ge=1, description="Reviews of one bead before a person is asked."
    )
    handoffs: int = Field(
        default=2, ge=0, description="How often an attempt begins a fresh session by itself."
    )
    handoff_at: float = Field(
        default=2.0, gt=0, description="After how many contexts of dropped history it does."
    )
    outage_s: float = Field(
        default=PATIENCE_S,
        ge=0,
        description="How long an origin that is away, or a full disk, is waited for, in seconds.",
    )
