"""Table: one measured fact per row, beside what it is measured against."""

from collections.abc import Iterable
from dataclasses import dataclass

from rich.table import Table


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement.

    `ratio` is ours over the rival's, so below one is better where `unit` is a time; None where
    nothing stands beside it. `target` says in words what is to be reached; empty for a plain fact.
    """

    name: str
    ours: float
    rival: float | None = None
    ratio: float | None = None
    unit: str = "ms"
    target: str = ""


def against(name: str, ours: float, rival: float, *, unit: str = "ms", target: str = "") -> Row:
    """A row with its ratio worked out; a rival of zero has none."""
    return Row(name, ours, rival, ours / rival if rival else None, unit, target)


def table(rows: Iterable[Row]) -> Table:
    """The rows as a person reads them."""
    made = Table("what", "ours", "rival", "ratio", "unit", "target", title="Measured now, here")
    for row in rows:
        made.add_row(
            row.name, number(row.ours), number(row.rival), number(row.ratio), row.unit, row.target
        )
    return made


def number(value: float | None) -> str:
    """Three significant figures, without exponents; a dash for nothing."""
    if value is None:
        return "–"  # noqa: RUF001 - an empty cell, not a minus sign
    if value == int(value) or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"
