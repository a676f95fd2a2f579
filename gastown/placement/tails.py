"""Tails: how long the longest way through the cloud still is after each session."""

from collections.abc import Collection, Mapping, Sequence
from math import sqrt
from typing import NamedTuple

from gastown.errors import ConfigError
from gastown.formula.graph import dependents, ordered
from gastown.placement.session import Session


class Way(NamedTuple):
    """A way through the graph: its seconds, and their squares for how unsure they are."""

    seconds: float = 0.0
    squares: float = 0.0


def tails(
    sessions: Sequence[Session], done: Collection[str] = (), *, spread: float = 0.0
) -> dict[str, float]:
    """Seconds that remain after each session when all that is left goes through the cloud.

    Args:
        sessions: The convoy's; needs on others are taken for closed.
        done: Keys that are closed already; they send nothing back any more.
        spread: How much longer than estimated is to be reckoned with, in standard deviations of
            the way's length times the relative error of one estimate. Zero trusts the estimates.

    Raises ConfigError when sessions need each other in a circle.
    """
    ways = _ways(sessions, done, spread)
    return {key: _length(way, spread) for key, way in ways.items()}


def critical_path(sessions: Sequence[Session], done: Collection[str] = ()) -> float:
    """Seconds from start to end when everything goes through the cloud at once."""
    after = tails(sessions, done)
    return max((one.quickest + after[one.key] for one in sessions), default=0.0)


def _length(way: Way, spread: float) -> float:
    return way.seconds + spread * sqrt(way.squares)


def _ways(sessions: Sequence[Session], done: Collection[str], spread: float) -> dict[str, Way]:
    by_key = {one.key: one for one in sessions}
    needs = {one.key: [need for need in one.needs if need in by_key] for one in sessions}
    order = ordered(needs)
    if len(order) < len(needs):
        circle = ", ".join(sorted(set(needs) - set(order)))
        raise ConfigError(f"these sessions wait for each other: {circle}")
    after = dependents(needs)
    ways: dict[str, Way] = {}
    for key in reversed(order):
        longest = (_through(by_key, ways, one) for one in after[key])
        way = max(longest, key=lambda way: _length(way, spread), default=Way())
        again = 0.0 if key in done else by_key[key].again_s
        ways[key] = way._replace(seconds=way.seconds + again)
    return ways


def _through(by_key: Mapping[str, Session], ways: Mapping[str, Way], key: str) -> Way:
    seconds, way = by_key[key].quickest, ways[key]
    return Way(way.seconds + seconds, way.squares + seconds * seconds)
