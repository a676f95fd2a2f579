"""Expected: when a convoy will land, from the forecast of its launch and what it did since. Pure.

What is left takes at least its longest chain of steps, each as long as its role took so far, and
at least its share of the forecast, at the pace so far: the larger of the two is told.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean

from pydantic import Field

from gastown.forecast.spread import Spread
from gastown.forecast.words import span
from gastown.stage import Frozen

_SURE = 0.2  # from this share of the work on, the pace so far counts
_SLOWEST, _FASTEST = 4.0, 0.25
_UNSURE = 1.5  # without a forecast: how much later it may well be


@dataclass(frozen=True, slots=True)
class Work:
    """A step that is work. `seconds` it took, or has been at it by now."""

    key: str
    role: str
    needs: Sequence[str]
    done: bool = False
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class SoFar:
    """How a convoy stands; times in seconds since the epoch, `start` None before it began."""

    works: Sequence[Work]
    start: float | None
    now: float
    forecast: Spread | None = None
    waits: Sequence[str] = field(default_factory=tuple[str, ...])


class Expected(Frozen):
    """When it lands. Without a time `because` says what has to happen first."""

    at: float | None = Field(default=None, description="Seconds since the epoch; even odds.")
    late: float | None = Field(default=None, description="By then it has with nine of ten odds.")
    because: str


def expected(so_far: SoFar) -> Expected:
    """When it lands, if nothing new comes between."""
    left = [work for work in so_far.works if not work.done]
    if so_far.start is None:
        return Expected(because="it has not begun")
    seconds = _weights(so_far)
    if seconds is None:
        return Expected(because="nothing was forecast, and no step is done yet")
    chain = _longest(left, {one.key: max(0.0, seconds[one.key] - one.seconds) for one in left})
    share, why = _by_share(so_far, seconds)
    rest = max(chain, share)
    spread = so_far.forecast
    wide = spread.p90 / spread.p50 if spread and spread.p50 > 0 else _UNSURE
    if so_far.waits:
        return Expected(because=f"about {span(rest)} after {' and '.join(so_far.waits)}")
    because = why if share > chain else "the longest chain that is left, at the pace so far"
    return Expected(at=so_far.now + rest, late=so_far.now + rest * max(1.0, wide), because=because)


def _weights(so_far: SoFar) -> Mapping[str, float] | None:
    """Seconds of each step: its own where it is done, else what its role took, else a guess."""
    took: dict[str, list[float]] = {}
    for one in so_far.works:
        if one.done and one.seconds:
            took.setdefault(one.role, []).append(one.seconds)
    means = {role: fmean(found) for role, found in took.items()}
    if so_far.forecast is not None:
        depth = _longest(so_far.works, {one.key: 1.0 for one in so_far.works})
        guess = so_far.forecast.p50 / max(1.0, depth)
    elif means:
        guess = fmean(means.values())
    else:
        return None
    return {
        one.key: one.seconds if one.done else means.get(one.role, guess) for one in so_far.works
    }


def _by_share(so_far: SoFar, seconds: Mapping[str, float]) -> tuple[float, str]:
    """What is left of the forecast, by the share of the work that is left, at the pace so far."""
    whole = sum(seconds.values())
    if so_far.forecast is None or so_far.start is None or not whole:
        return 0.0, ""
    done = sum(seconds[one.key] for one in so_far.works if one.done) / whole
    pace = 1.0
    if done >= _SURE:
        pace = (so_far.now - so_far.start) / max(1e-9, so_far.forecast.p50 * done)
        pace = min(_SLOWEST, max(_FASTEST, pace))
    said = f"{done:.0%} of the work is done, the rest by the forecast and the pace so far"
    said = said if done >= _SURE else "as forecast at its launch"
    return so_far.forecast.p50 * (1 - done) * pace, said


def _longest(works: Iterable[Work], seconds: Mapping[str, float]) -> float:
    """The longest chain among them; needs stand before who needs them, or are not among them."""
    until: dict[str, float] = {}
    for one in works:
        before = max((until[need] for need in one.needs if need in until), default=0.0)
        until[one.key] = before + seconds[one.key]
    return max(until.values(), default=0.0)
