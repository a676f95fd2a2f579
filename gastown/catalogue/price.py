"""PriceRow: what a model costs from a day on; those that ship with the town."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from gastown.catalogue.files import read


@dataclass(frozen=True, slots=True)
class PriceRow:
    """USD per million tokens, from `date` until the model's next row; cached None is as input."""

    model: str
    date: date
    input: Decimal
    cached: Decimal | None
    output: Decimal
    source: str


@cache
def shipped_prices() -> tuple[PriceRow, ...]:
    """All rows, by model and date."""
    rows = (
        PriceRow(
            model=row["model"],
            date=row["date"],
            input=Decimal(row["input"]),
            cached=Decimal(row["cached"]) if "cached" in row else None,
            output=Decimal(row["output"]),
            source=row["source"],
        )
        for row in read("prices.toml")["prices"]
    )
    return tuple(sorted(rows, key=lambda row: (row.model, row.date)))


def newest_price(model: str) -> PriceRow | None:
    """The shipped row with the latest date; none for what has no price."""
    return max(
        (row for row in shipped_prices() if row.model == model),
        key=lambda row: row.date,
        default=None,
    )
