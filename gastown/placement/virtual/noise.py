"""Noise: how sessions turn out against their estimates, drawn from a seed."""

import random
from collections.abc import Iterable
from math import exp

from gastown.placement.virtual.town import Convoy, Fact


def factor_of(source: random.Random, sigma: float) -> float:
    """A log-normal factor whose mean is 1."""
    return exp(source.gauss(-sigma * sigma / 2, sigma))


def noise(convoys: Iterable[Convoy], source: random.Random, sigma: float) -> dict[str, Fact]:
    """For each session: its seconds here, in the cloud, and its price, as factors."""
    return {
        one.key: Fact(*(factor_of(source, sigma) for _ in range(3)))
        for convoy in convoys
        for one in convoy.sessions
    }
