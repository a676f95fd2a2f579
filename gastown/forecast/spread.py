"""Spread: what half of the runs stay below, and nine in ten."""

from collections.abc import Iterable
from math import ceil

from gastown.stage import Frozen


class Spread(Frozen):
    """Of a number of runs; `p50` is the middle one."""

    p50: float
    p90: float


def spread(values: Iterable[float]) -> Spread:
    """The spread of at least one value; both figures are values that occurred."""
    ranked = sorted(values)
    return Spread(p50=_at(ranked, 0.5), p90=_at(ranked, 0.9))


def _at(ranked: list[float], share: float) -> float:
    return ranked[max(0, ceil(share * len(ranked)) - 1)]
