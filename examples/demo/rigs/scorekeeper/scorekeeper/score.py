"""Score: what the hits of a workout add up to."""

from collections.abc import Sequence

from scorekeeper.hits import Hit


def streaks(hits: Sequence[Hit]) -> list[int]:
    """For each beat, how many were struck in a row up to it; 0 at a miss."""
    counts: list[int] = []
    for hit in hits:
        before = counts[-1] if counts else 0
        counts.append(0 if hit is Hit.MISS else before + 1)
    return counts


def total(hits: Sequence[Hit]) -> int:
    """Points of the whole workout."""
    return sum(hit.points for hit in hits)


def longest_streak(hits: Sequence[Hit]) -> int:
    """The most beats struck in a row."""
    return max(streaks(hits), default=0)


def tally(hits: Sequence[Hit]) -> dict[Hit, int]:
    """How many beats there are of each kind, the kinds in their order."""
    return {kind: sum(hit is kind for hit in hits) for kind in Hit}
