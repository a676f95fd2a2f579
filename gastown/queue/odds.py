"""odds: how many requests a stack should hold, and where a red one is cut. Pure."""

from collections.abc import Iterable
from math import log

from gastown.stage import Frozen

FIRST = 0.1  # of a queue without a past, one request in ten is taken to be bad
_WEIGHT = 10  # requests that this guess counts for
_LEAST, _MOST = 0.01, 0.95


class Odds(Frozen):
    """What the newest verdicts of a queue say of the next ones.

    `rate` is the share that is bad. `telling` says that red tests mostly pointed to the one at
    fault, so that a large stack costs little even when it is red.
    """

    rate: float = FIRST
    telling: bool = True


def odds_of(verdicts: Iterable[bool | None]) -> Odds:
    """From the newest verdicts: None for a good request, for a bad one whether tests named it."""
    found = list(verdicts)
    bad = [named for named in found if named is not None]
    rate = (len(bad) + FIRST * _WEIGHT) / (len(found) + _WEIGHT)
    return Odds(rate=rate, telling=2 * sum(bad) >= len(bad))


def stack_size(odds: Odds, most: int) -> int:
    """How many requests to gate at once.

    Where red tests name who is at fault, as many as allowed: a red run is then followed by one
    without those. Else so many that red and green are equally likely, and a run says most.
    """
    if odds.telling:
        return most
    return max(1, min(most, round(log(0.5) / log(1 - _sane(odds.rate)))))


def cut(size: int, rate: float) -> int:
    """How many of a red stack's first to gate next: about as likely red as green, given that."""
    good = 1 - _sane(rate)
    none = good**size
    return min(range(1, size), key=lambda x: abs((good**x - none) / (1 - none) - 0.5))


def _sane(rate: float) -> float:
    return min(_MOST, max(_LEAST, rate))
