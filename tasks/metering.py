"""Metering: what an attempt's sessions may cost, asked for and put down turn by turn."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, tzinfo
from decimal import Decimal

from gastown.beads.ledger import utc_now
from gastown.catalogue.price import shipped_prices
from gastown.catalogue.roles import LABELS
from gastown.catalogue.shipped import shipped_models
from gastown.errors import BudgetError, ConfigError
from gastown.formula.plan import PlannedStep
from gastown.machine.holder import holder, is_dead
from gastown.money.amount import micro
from gastown.money.earmarks import earmarks
from gastown.money.entry import Who
from gastown.money.ledger import SpendLedger
from gastown.money.metered import Meter
from gastown.money.pricebook import PriceBook, check_priced, is_free, price_of
from gastown.money.prices import Prices
from gastown.money.scope import Budget
from gastown.money.sqlite import SqliteSpendLedger
from gastown.money.tariff import Tariff
from gastown.stage import Seat, StageRequest, Usage
from gastown.town.tables.models import ModelTable
from gastown.town.town import Town


def spend_of(town: Town) -> SpendLedger:
    """The town's spend ledger."""
    return SqliteSpendLedger(town.layout.spend)


def budget_of(town: Town) -> Budget:
    """The caps of [budget], in micro-dollars."""
    table = town.config.budget
    return Budget(
        day=None if table.day_usd is None else micro(table.day_usd),
        convoy=None if table.convoy_usd is None else micro(table.convoy_usd),
        roles={role: micro(cap) for role, cap in table.roles.items()},
    )


def zone_of(town: Town) -> tzinfo | None:
    """Whose midnight begins a day; None is this machine's."""
    return UTC if town.config.money.day == "utc" else None


def today(town: Town) -> date:
    """The budget's day now."""
    return utc_now().astimezone(zone_of(town)).date()


def prices_on(town: Town) -> Callable[[str], Prices | None]:
    """What models cost today, by name: the town's own rows, then those of the shipped catalogue."""
    book, day = PriceBook(shipped_prices()), today(town)

    def prices(name: str) -> Prices | None:
        known = name in town.config.models
        price = price_of(name, placed(town, name), book, day) if known else book.on(name, day)
        return price.prices if price else None

    return prices


def open_meter(town: Town, request: StageRequest, name: str) -> Meter:
    """The meter of one attempt; what dead attempts had reserved is put down as spent first.

    Raises:
        ConfigError: The model runs in a cloud and nobody knows its price; nothing was sent.
    """
    ledger = spend_of(town)
    ledger.settle_lost(is_dead)
    meter = Meter(
        ledger=ledger,
        who=_who(town, request, name),
        tariff=Tariff(),
        budget=budget_of(town),
        session=micro(town.config.limits.usd),
        zone=zone_of(town),
    )
    meter.tariff = tariff_of(town, name, meter)
    return meter


def meter_beside(town: Town, meter: Meter, name: str) -> Meter:
    """The meter of a model that is asked beside an attempt's own, within the same budgets.

    Its turns and its cap for the attempt are its own. Raises as `open_meter` does.
    """
    row, who = town.config.model(name), meter.who
    own = replace(
        who,
        attempt=f"{who.attempt}/{name}.{meter.turn}",  # each session asks it anew
        model=name,
        where=row.where,
        rule=f"shadow of {who.model}",
        local="",
        burst="",
    )
    return replace(meter, who=own, tariff=tariff_of(town, name, meter), turn=0, refused=None)


def tariff_of(town: Town, name: str, meter: Meter) -> Tariff:
    """What a model costs today. Raises ConfigError for a cloud model without a price."""
    table = placed(town, name)
    price = price_of(name, table, PriceBook(shipped_prices()), meter.today())
    check_priced(name, table, price)
    figures = town.config.model(name).figures
    return Tariff(
        price,
        free=is_free(table),
        watts=figures.watts if figures and table.where == "local" else 0.0,
        kwh_micro_usd=micro(town.config.money.kwh_usd or Decimal(0)),
    )


def placed(town: Town, name: str) -> ModelTable:
    """A row of town.toml as it is written, with where it runs as the shipped catalogue knows it."""
    if name not in town.config.models:
        raise ConfigError(f"town.toml: no [models.{name}]")
    table = town.config.models[name]
    shipped = shipped_models().get(name)
    if shipped is None or "where" in table.model_fields_set:
        return table
    return table.model_copy(update={"where": shipped.where})


def _who(town: Town, request: StageRequest, name: str) -> Who:
    seat = request.seat
    return Who(
        attempt=f"{request.step}/{request.token}",
        convoy=request.convoy,
        step=request.key,
        bead=request.bead or "",
        rig=request.rig or "",
        role=request.role,
        label=_label(town, request),
        model=name,
        where=town.config.model(name).where,
        rule=_rule(seat, name),
        local=(seat.local.model or "") if seat else "",
        burst=(seat.burst.model or "") if seat else "",
        holder=holder(),
    )


def _rule(seat: Seat | None, name: str) -> str:
    slots = (seat.local, seat.burst) if seat else ()
    return next((slot.because for slot in slots if slot.model == name), "")


def _label(town: Town, request: StageRequest) -> str:
    labels = town.ledger.show(request.bead).labels if request.bead else ()
    return next((label for label in LABELS if label in labels), "")


def set_aside(
    town: Town,
    convoy: str,
    steps: Sequence[PlannedStep],
    seat_of: Callable[[PlannedStep], Seat | None],
    usage: Mapping[str, Usage],
) -> None:
    """Set aside what a convoy's stages without a local route will take; once, however often asked.

    Without a cap nothing is kept from anybody, so nothing is set aside.

    Raises:
        BudgetError: A cap has no room for it, with the sum; nothing is set aside or begun.
    """
    budget, ledger, day = budget_of(town), spend_of(town), today(town)
    if budget == Budget():
        return
    marks = earmarks(convoy, steps, seat_of, prices_on(town), usage)
    roles = sorted({mark.role for mark in marks})
    scopes = {
        scope.key: scope
        for role in roles
        for scope in budget.scopes(convoy=convoy, role=role, day=day)
    }
    refused = ledger.earmark(marks, tuple(scopes.values()))
    if refused is not None:
        raise BudgetError(refused.reason)


def free_earmark(town: Town, convoy: str, step: str) -> None:
    """Give back at once what was set aside for a step that closed and did not take all of it."""
    if budget_of(town) != Budget():
        spend_of(town).free(convoy, step)
