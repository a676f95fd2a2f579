"""forecast: a convoy before it starts, by the very policy in virtual time, over many draws.

Each draw is run three times: as it will be placed, with everything in the cloud, and with nothing
there that can run here. Budgets bind the first only. It follows the plan that the run will begin
with; that a run plans anew on its way is left out: it would take longer than an answer may.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import inf
from typing import Literal, NamedTuple

from gastown.forecast.basis import Basis
from gastown.forecast.rework import Chances, Drawn, draw, first_round
from gastown.forecast.spread import Spread, spread
from gastown.forecast.waits import Bottleneck, bottleneck
from gastown.machine.capacity import Capacity
from gastown.money.tariff import KWH_J
from gastown.placement.ahead.guide import SPREAD
from gastown.placement.ahead.order import Order
from gastown.placement.decide import decide
from gastown.placement.hint import NO_HINTS, Hints
from gastown.placement.tails import critical_path
from gastown.placement.virtual.history import History
from gastown.placement.virtual.rivals import cloud_only, local_only
from gastown.placement.virtual.run import Policy, run
from gastown.placement.virtual.town import Convoy, Fact, Town
from gastown.stage import Frozen

Name = Literal["as placed", "all cloud", "local only"]
SEEDS, FEWEST = 30, 5
_SESSIONS = 1500
"""So many sessions in all are run of each way, or FEWEST draws: an answer is wanted in seconds."""
PLACED: Name = "as placed"
_POLICIES: Mapping[Name, Policy] = {
    PLACED: decide,
    "all cloud": cloud_only,
    "local only": local_only,
}


_EXACT = Fact()


class Way(Frozen):
    """One way to place the convoy. Money in micro-dollars, time in seconds, energy in joules.

    `cloud` is the share of sessions in the cloud. Without dollars somebody's price is unknown.
    """

    name: Name
    micro_usd: Spread | None
    seconds: Spread
    joules: Spread
    power_micro_usd: Spread
    cloud: float


class Forecast(Frozen):
    """What is to be expected. `target_s` is the time that the stretch allows, without rework.

    `held` are steps that can run nowhere, and why; the figures are of what runs without them.
    """

    ways: tuple[Way, ...]
    seeds: int
    sessions: int
    stretch: float
    target_s: float
    bottleneck: Bottleneck = Bottleneck()
    held: Mapping[str, str] = {}

    @property
    def placed(self) -> Way:
        """As the policy will place it."""
        return self.ways[0]


@dataclass(frozen=True, slots=True)
class Terms:
    """What a convoy runs under: what the machine lends, what budgets leave, and the stretch.

    `limits` are in micro-dollars, by the names of the sums; a role's binds its sessions alone.
    """

    cap: Capacity
    stretch: float
    chances: Chances
    kwh_micro_usd: int = 0
    limits: Mapping[str, int] = field(default_factory=dict[str, int])


class _Run(NamedTuple):
    drawn: Drawn
    history: History


def draws_for(sessions: int) -> int:
    """How many draws a convoy of so many sessions gets unless a number is asked for."""
    return min(SEEDS, max(FEWEST, _SESSIONS // max(1, sessions)))


def forecast(basis: Basis, terms: Terms, seeds: int = 0) -> Forecast:
    """The forecast; `seeds` draws, as many as time allows if 0. The same input, the same answer."""
    count = seeds or draws_for(len(basis.sessions))
    drawn = [draw(basis.plan, basis.sessions, terms.chances, seed) for seed in range(count)]
    ahead = _ahead(basis, terms)
    runs: dict[Name, list[_Run]] = {
        name: [
            _run(one, basis, terms, name, ahead if name == PLACED else NO_HINTS) for one in drawn
        ]
        for name in _POLICIES
    }
    placed = [one.history for one in runs[PLACED]]
    return Forecast(
        ways=tuple(_way(name, found, basis, terms) for name, found in runs.items()),
        seeds=count,
        sessions=len(basis.sessions),
        stretch=terms.stretch,
        target_s=(1 + terms.stretch) * critical_path(basis.sessions),
        bottleneck=bottleneck(placed, terms.cap),
        held=_held(placed, basis),
    )


def planned(basis: Basis, terms: Terms) -> History:
    """The run as it goes if every estimate is right and nothing is sent back."""
    exact = Drawn(basis.sessions, {}, {})
    return _run(exact, basis, terms, PLACED, _ahead(basis, terms)).history


def _ahead(basis: Basis, terms: Terms) -> Hints:
    """The plan with which the run will begin."""
    order = Order(_town(Drawn(basis.sessions, {}, {}), basis, terms))
    return NO_HINTS if order.is_idle else order.plan()


def _run(drawn: Drawn, basis: Basis, terms: Terms, name: Name, hints: Hints) -> _Run:
    town = _town(drawn, basis, terms)
    if name != PLACED:
        town = replace(town, limits={})
    return _Run(drawn, run(town, _POLICIES[name], hints=hints, log=name == PLACED))


def _town(drawn: Drawn, basis: Basis, terms: Terms) -> Town:
    convoy = Convoy(
        basis.plan.convoy,
        drawn.sessions,
        stretch=terms.stretch,
        purses=_common(basis, terms),
        hidden=drawn.hidden,
    )
    return Town(terms.cap, (convoy,), limits=terms.limits, facts=drawn.facts, spread=SPREAD)


def _common(basis: Basis, terms: Terms) -> tuple[str, ...]:
    """Sums that every session counts into."""
    own = {name for one in basis.sessions for name in one.purses}
    return tuple(name for name in terms.limits if name not in own)


def _way(name: Name, runs: Sequence[_Run], basis: Basis, terms: Terms) -> Way:
    limits = [terms.limits[one] for one in _common(basis, terms)] if name == PLACED else []
    most = min(limits, default=inf)
    stays = [stay for one in runs for stay in one.history.stays]
    joules = spread(_drawn(one, basis) for one in runs)
    price = terms.kwh_micro_usd / KWH_J
    unknown = name == "all cloud" and bool(basis.unpriced)
    return Way(
        name=name,
        micro_usd=None if unknown else spread(min(most, _paid(one)) for one in runs),
        seconds=spread(one.history.end for one in runs),
        joules=joules,
        power_micro_usd=Spread(p50=joules.p50 * price, p90=joules.p90 * price),
        cloud=sum(stay.where == "cloud" for stay in stays) / max(1, len(stays)),
    )


def _paid(one: _Run) -> float:
    """To clouds. Not the run's own sum: that ends a session at the price that was reserved."""
    return sum(
        stay.session.burst.price * one.drawn.facts.get(stay.session.key, _EXACT).price
        for stay in one.history.stays
        if stay.where == "cloud" and stay.session.burst
    )


def _drawn(one: _Run, basis: Basis) -> float:
    """Joules here. A session that is run again draws what its first round does."""
    return sum(
        basis.joules.get(first_round(stay.session.key), 0.0)
        * one.drawn.facts.get(stay.session.key, _EXACT).local
        for stay in one.history.stays
        if stay.where == "local"
    )


def _held(histories: Sequence[History], basis: Basis) -> dict[str, str]:
    """Steps that some run could not start, the reason of the first; those behind them run not."""
    found = {one.key: one.reason for history in histories for one in history.held}
    return {**found, **{key: basis.holds[key] for key in found.keys() & basis.holds.keys()}}
