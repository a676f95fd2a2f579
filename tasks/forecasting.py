"""forecasting: a town's forecast of a convoy from what the town knows today."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal

from gastown.beads.bead import Bead
from gastown.beads.ledger import Ledger
from gastown.catalogue.price import shipped_prices
from gastown.convoys.convoy import show_convoy
from gastown.convoys.molecule import Molecule, find_molecule
from gastown.convoys.planned import plan_for
from gastown.errors import ConfigError, GasTownError
from gastown.forecast.basis import Basis, Sources, basis_of
from gastown.forecast.fact import FORECAST
from gastown.forecast.forecast import FEWEST, Forecast, Terms, draws_for, forecast
from gastown.forecast.past import learned
from gastown.forecast.rework import Chances
from gastown.forecast.works import Learned
from gastown.formula.plan import Plan
from gastown.machine.host import this_host
from gastown.machine.machine import make_machine
from gastown.machine.probe import probe
from gastown.money.amount import micro
from gastown.money.pricebook import PriceBook
from gastown.money.scope import OWN, Scope
from gastown.placement.ask import PROFILE
from gastown.town.town import Town
from tasks.metering import budget_of, spend_of, today
from tasks.terms import fits_of

MOST_DRAWS = 1000


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked. `profile` and `stretch` go before the convoy's; `seeds` 0: as time allows."""

    formula: str = "convoy"
    values: Mapping[str, str] = field(default_factory=dict[str, str])
    profile: str = ""
    stretch: float | None = None
    seeds: int = 0


@dataclass(frozen=True, slots=True)
class Estimate:
    """A forecast and what it rests on."""

    convoy: Bead
    profile: str
    learned: Learned
    basis: Basis
    terms: Terms
    forecast: Forecast


STANDARD_WISH = Wish()


def estimate(town: Town, convoy: str, wish: Wish = STANDARD_WISH) -> Estimate:
    """The forecast of a convoy, also of one that is under way or has landed, as if it began now.

    Raises:
        NotFoundError: No such convoy, formula or profile.
        FormulaError: The formula does not cook over this convoy.
        ConfigError: A stretch or a number of draws that makes no sense.
    """
    _check(wish)
    bead = show_convoy(town.ledger, convoy)
    return estimate_plan(town, bead, plan_of(town, bead, wish), wish)


def estimate_plan(
    town: Town,
    convoy: Bead,
    plan: Plan,
    wish: Wish = STANDARD_WISH,
    *,
    beads: Ledger | None = None,
) -> Estimate:
    """The forecast of a plan that is cooked already; its beads may lie in a ledger of their own."""
    profile = wish.profile or str(convoy.metadata.get(PROFILE) or "").strip()
    known = learned(town.ledger, town.layout.spend)
    book, day = PriceBook(shipped_prices()), today(town)
    beads, fits = beads or town.ledger, fits_of(town)
    sources = Sources(town.config, beads, book, day, known, wish.profile, fits)
    basis = basis_of(plan, convoy, sources)
    stretch = town.config.stretch(profile) if wish.stretch is None else wish.stretch
    terms = Terms(
        make_machine(town.config.machine, probe(this_host())).lent,
        stretch,
        Chances(known.rework, town.config.limits.rounds, frozenset(known.seen)),
        kwh_micro_usd=micro(town.config.money.kwh_usd or Decimal(0)),
        limits=budgets_left(town, convoy.id) | _roles_left(town),
    )
    made = forecast(basis, terms, wish.seeds)
    return Estimate(convoy, profile, known, basis, terms, made)


def keep_forecast(town: Town, convoy: Bead, molecule: Molecule) -> None:
    """Put the forecast of a launch on record, in the molecule: git carries it with the plan.

    Few draws, so that the launch does not wait for it. One that cannot be made stops no convoy.
    """
    with suppress(GasTownError):
        seeds = max(FEWEST, draws_for(len(molecule.plan.steps)) // 3)
        made = estimate_plan(town, convoy, molecule.plan, Wish(seeds=seeds)).forecast
        town.ledger.update(molecule.id, {"metadata": {FORECAST: made.model_dump(mode="json")}})


def plan_of(town: Town, convoy: Bead, wish: Wish) -> Plan:
    """The plan that was poured, else the one that would be."""
    standing = find_molecule(town.ledger, convoy.id)
    if standing is not None:
        return standing.plan
    return plan_for(town, convoy, wish.formula, wish.values)


def budgets_left(town: Town, convoy: str) -> dict[str, int]:
    """What the budget of the day and the convoy's leave now, in micro-dollars."""
    budget, day = budget_of(town), today(town).isoformat()
    scopes = (Scope("day", day=day, cap=budget.day), Scope("convoy", convoy, cap=budget.convoy))
    return {one.name: _left(town, one, one.cap) for one in scopes if one.cap is not None}


def _roles_left(town: Town) -> dict[str, int]:
    """What the capped roles have left today."""
    day = today(town).isoformat()
    caps = budget_of(town).roles.items()
    scopes = (Scope("role", role, day, cap) for role, cap in caps if role not in OWN)
    return {one.name: _left(town, one, one.cap or 0) for one in scopes}


def _left(town: Town, scope: Scope, cap: int) -> int:
    if not town.layout.spend.exists():
        return cap
    return max(0, cap - spend_of(town).standing(scope).taken)


def _check(wish: Wish) -> None:
    if wish.stretch is not None and not 0 <= wish.stretch < float("inf"):
        raise ConfigError(
            f"--stretch {wish.stretch}: 0 is as fast as the cloud, 3 four times as long"
        )
    if not 0 <= wish.seeds <= MOST_DRAWS:
        raise ConfigError(f"--seeds {wish.seeds}: give 1 to {MOST_DRAWS} draws")
