"""Forecast: what a convoy will cost and take, by running the very policy in virtual time."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from gastown.machine.capacity import DIMENSIONS, NAMES
from gastown.placement.decide import decide
from gastown.placement.hint import NO_HINTS, Hints
from gastown.placement.virtual.history import History
from gastown.placement.virtual.noise import noise
from gastown.placement.virtual.rivals import cloud_only, local_only
from gastown.placement.virtual.run import Policy, run
from gastown.placement.virtual.town import Town

RUNS = 20
SIGMA = 0.3  # of a session's estimates, before history says better
MICRO_USD_PER_KWH = 150_000
_HOUR_S = 3600


class Range(NamedTuple):
    """What is as likely missed as not, and what is missed once in ten times."""

    p50: float
    p90: float


class Placed(NamedTuple):
    """A bar of a Gantt chart; seconds on the town's clock."""

    convoy: str
    session: str
    role: str
    where: Literal["local", "cloud"]
    start: float
    end: float
    reason: str


@dataclass(frozen=True, slots=True)
class Forecast:
    """Micro-dollars to clouds, hours from the first start, electricity, what limits it.

    `placed` is the run that goes as estimated; `held` how many sessions could not run in it.
    """

    micro_usd: Range
    hours: Range
    kwh: Range
    bottleneck: str
    placed: tuple[Placed, ...]
    held: int


@dataclass(frozen=True, slots=True)
class Guess:
    """How a forecast is made: how many runs, how far estimates err, and what power costs."""

    runs: int = RUNS
    sigma: float = SIGMA
    seed: int = 0
    micro_usd_per_kwh: int = MICRO_USD_PER_KWH


USUAL = Guess()


def forecast(
    town: Town, *, hints: Hints = NO_HINTS, policy: Policy = decide, guess: Guess = USUAL
) -> Forecast:
    """Run it once as estimated and `guess.runs` times with estimates that err."""
    exact = run(replace(town, facts={}), policy, hints=hints)
    runs = [exact] if not guess.runs else []
    source = random.Random(guess.seed)  # noqa: S311 - a repeatable draw, no secret
    for _ in range(guess.runs):
        facts = noise(town.convoys, source, guess.sigma)
        runs.append(run(replace(town, facts=facts), policy, hints=hints))
    start = min((convoy.start for convoy in town.convoys), default=0.0)
    return Forecast(
        _range([one.paid for one in runs]),
        _range([(one.end - start) / _HOUR_S for one in runs]),
        _range([one.power / guess.micro_usd_per_kwh for one in runs]),
        bottleneck(town, exact),
        tuple(placed(exact)),
        len(exact.held),
    )


def compare(town: Town, *, hints: Hints = NO_HINTS, guess: Guess = USUAL) -> Mapping[str, Forecast]:
    """This town's policy beside everything in the cloud and everything here."""
    return {
        "this profile": forecast(town, hints=hints, guess=guess),
        "all-cloud": forecast(town, policy=cloud_only, guess=guess),
        "local-only": forecast(town, policy=local_only, guess=guess),
    }


def placed(history: History) -> list[Placed]:
    """What a Gantt chart draws, by start."""
    bars = [
        Placed(
            stay.convoy,
            stay.session.key,
            stay.session.role,
            stay.where,
            stay.start,
            stay.end,
            stay.decision.reason,
        )
        for stay in history.stays
    ]
    return sorted(bars, key=lambda bar: (bar.start, bar.session))


def bottleneck(town: Town, history: History) -> str:
    """What of the machine was in use for the largest part of its capacity and time."""
    shares: dict[str, float] = {}
    for name in DIMENSIONS:
        used = sum(stay.claims[name] * (stay.end - stay.start) for stay in history.stays)
        used += sum(load.weights[name] * _worked(history, load.model) for load in history.loads)
        shares[NAMES[name]] = used / (town.cap[name] * history.end or 1)
    name, share = max(shares.items(), key=lambda item: item[1])
    return f"{name}, {share:.0%} in use" if share else "nothing of this machine is used"


def _worked(history: History, model: str) -> float:
    """Seconds in which sessions were at work on a model, per time that it was loaded."""
    loads = sum(load.model == model for load in history.loads)
    users = (stay for stay in history.stays if stay.model and stay.model.name == model)
    return sum(stay.end - stay.start for stay in users) / max(1, loads)


def _range(values: Sequence[float]) -> Range:
    ordered = sorted(values)
    return Range(*(ordered[min(len(ordered) - 1, int(part * len(ordered)))] for part in (0.5, 0.9)))
