"""Figure: an amount and where it is from."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """An amount in its dimension's unit, and its source in a few words."""

    amount: int
    source: str
