"""Basis: a plan as placement sees it, before anything runs, and all that is unknown about it.

Seats are resolved as the run resolves them, sessions made as the run makes them. A model that
nothing serves yet is taken as if something did; one without a price is not: the run would not ask
it either.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from gastown.beads.bead import Bead
from gastown.beads.ledger import Ledger
from gastown.catalogue.row import ModelRow
from gastown.forecast.works import Learned
from gastown.formula.plan import Plan, PlannedStep
from gastown.formula.workload import workload
from gastown.machine.capacity import Capacity, shortages
from gastown.money.pricebook import Price, PriceBook, is_free, price_of
from gastown.money.prices import FREE, Prices
from gastown.money.scope import Scope
from gastown.placement.ask import Ask, ask_of
from gastown.placement.preview import on_profile
from gastown.placement.resolve import resolve
from gastown.placement.routes import UNKNOWN_CLOUD, UNKNOWN_LOCAL, Fit, Known, session_of
from gastown.placement.seat import Hold
from gastown.placement.session import Session
from gastown.stage import Seat
from gastown.town.config import TownConfig
from gastown.town.tables.models import ModelTable

_SOMEWHERE = "https://not-served-yet.invalid/v1"


@dataclass(frozen=True, slots=True)
class Basis:
    """Sessions of a plan's steps that are work, keys as there; `plan` has those alone.

    `holds` are steps that have no seat, and why; `joules` what a session draws here; `unpriced`
    the cloud models that cannot be asked, with how many steps would use them.
    """

    plan: Plan
    sessions: tuple[Session, ...]
    joules: Mapping[str, float]
    holds: Mapping[str, str] = field(default_factory=dict[str, str])
    unpriced: Mapping[str, int] = field(default_factory=dict[str, int])
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sources:
    """What a basis is worked out from. `profile` goes before the convoy's and the town's.

    `fits` are what models that the town serves from a file take of this machine.
    """

    config: TownConfig
    ledger: Ledger
    book: PriceBook
    day: date
    learned: Learned
    profile: str = ""
    fits: Mapping[str, Fit] = field(default_factory=dict[str, Fit])


def basis_of(plan: Plan, convoy: Bead, sources: Sources) -> Basis:
    """The basis; nothing is written. Raises NotFoundError for an unknown profile."""
    plan = plan.model_copy(update={"steps": workload(plan.steps)})
    seats = {step.key: _seat(step, convoy, sources) for step in plan.steps}
    found = {key: seat for key, seat in seats.items() if isinstance(seat, Seat)}
    names = sorted({name for seat in found.values() for name in _models(seat)})
    known = _known(sources, names)
    unpriced = {name for name in names if _unpriced(name, known)}
    sessions = [_session(step, found.get(step.key), known, unpriced) for step in plan.steps]
    return Basis(
        plan,
        tuple(sessions),
        {one.key: _joules(one, known) for one in sessions},
        {key: seat.reason for key, seat in seats.items() if isinstance(seat, Hold)},
        {name: sum(seat.burst.model == name for seat in found.values()) for name in unpriced},
        tuple(_notes(names, sources, unpriced)),
    )


def _seat(step: PlannedStep, convoy: Bead, sources: Sources) -> Seat | Hold:
    bead = sources.ledger.show(step.bead) if step.bead else None
    ask = ask_of(step.role, step.rig, bead, convoy)
    if not sources.profile:
        return resolve(sources.config, ask)
    sources.config.profile(sources.profile)
    return resolve(on_profile(sources.config, sources.profile), _on(ask, sources.profile))


def _on(ask: Ask, profile: str) -> Ask:
    return replace(ask, profile=profile)


def _models(seat: Seat) -> Iterator[str]:
    yield from (slot.model for slot in (seat.local, seat.burst) if slot.model)


def _known(sources: Sources, names: list[str]) -> Known:
    """The town as if everything that is named were served."""
    config = sources.config
    missing = [name for name in names if name not in config.models and _is_cloud(config, name)]
    added = {name: ModelTable(endpoint=_SOMEWHERE, where="cloud") for name in missing}
    served = config.model_copy(update={"models": {**config.models, **added}})
    prices = {name: price for name in names if (price := _price(name, sources))}
    return Known(served, prices, sources.learned.works, sources.fits)


def _is_cloud(config: TownConfig, name: str) -> bool:
    return config.catalogue[name].where == "cloud"


def _price(name: str, sources: Sources) -> Price | None:
    table = sources.config.models.get(name)
    if table is None:
        return sources.book.on(name, sources.day) if _is_cloud(sources.config, name) else None
    table = table.model_copy(update={"where": sources.config.catalogue[name].where})
    price = price_of(name, table, sources.book, sources.day)
    return Price("", Prices(FREE, FREE)) if price is None and is_free(table) else price


def _unpriced(name: str, known: Known) -> bool:
    return name not in known.prices and _is_cloud(known.config, name)


def _session(step: PlannedStep, seat: Seat | None, known: Known, unpriced: set[str]) -> Session:
    if seat is None:
        return Session(step.key, step.role, step.needs)
    made = replace(session_of(step, seat, known), purses=role_purses(step.role, known.config))
    return replace(made, cloud=None) if seat.burst.model in unpriced else made


def role_purses(role: str, config: TownConfig) -> tuple[str, ...]:
    """The name of the role's own sum, where it has a cap."""
    return (Scope("role", role).name,) if role in config.budget.roles else ()


def _joules(session: Session, known: Known) -> float:
    """What its model draws above idle while it answers here."""
    local = session.local
    if local is None or local.model is None:
        return 0.0
    figures = known.row(local.model.name).figures
    busy = local.seconds - known.work(session.role).tools_s
    return busy * figures.watts if figures else 0.0


def _notes(names: list[str], sources: Sources, unpriced: set[str]) -> Iterator[str]:
    for name in names:
        row = sources.config.catalogue[name]
        if name in unpriced:
            yield (
                f"{name}: no price, so nothing is sent to it; set models.{name}.input_usd and "
                f"models.{name}.output_usd"
            )
        if name not in sources.config.models:
            yield f"{name}: nothing serves it yet; reckoned as if [models.{name}] said where it is"
        yield from _assumed(name, row, fits=name in sources.fits)


def _assumed(name: str, row: ModelRow, *, fits: bool) -> Iterator[str]:
    speed = row.speed or (UNKNOWN_CLOUD if row.where == "cloud" else UNKNOWN_LOCAL)
    if row.speed is None:
        yield f"{name}: speed unknown, {speed.tps:g} tokens a second assumed"
    if row.where == "local" and row.figures is None and not fits:
        yield f"{name}: size and watts unknown; taken to need no memory, cores or power of this PC"


def misfits(basis: Basis, cap: Capacity) -> Iterator[str]:
    """Local models that this PC could not hold even alone, with the sum."""
    wanted: dict[str, Capacity] = {}
    for one in basis.sessions:
        if one.local and one.local.model:
            wanted[one.local.model.name] = one.local.model.weights + one.local.claims
    for name, claims in sorted(wanted.items()):
        lacking = "; ".join(map(str, shortages({name: claims}, cap)))
        if lacking:
            yield f"{name} does not fit what this PC lends: {lacking}"
