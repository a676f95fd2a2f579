"""`town estimate`: what a convoy will cost and take, before it starts; afterwards, what it did."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from gastown.cli.launching import VALUES
from gastown.cli.options import PLAIN, Options
from gastown.cli.out import show, table
from gastown.cli.values import parse_values
from gastown.convoys.board import board
from gastown.drawing.save import check_kind, save_picture
from gastown.forecast.basis import misfits
from gastown.forecast.chart import planned_chart
from gastown.forecast.fact import Fact, fact_of, kept
from gastown.forecast.forecast import Forecast, Way, planned
from gastown.forecast.layout import lay_out
from gastown.forecast.spread import Spread
from gastown.forecast.waits import Bottleneck
from gastown.forecast.words import cents, span
from gastown.money.amount import UNKNOWN, dollars, paid
from gastown.money.tariff import KWH_J
from gastown.town.town import Town
from tasks.forecasting import Estimate, Wish
from tasks.forecasting import estimate as estimate_of

_COLUMNS = (
    "way",
    "dollars P50",
    "P90",
    "time P50",
    "P90",
    "kWh P50",
    "P90",
    "electricity",
    "cloud",
)
_HOUR = 3600


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Asked:
    """As if things were otherwise, and how exactly."""

    stretch: Annotated[
        float | None,
        Parameter(help="How much longer than all in the cloud it may take, as a share."),
    ] = None
    profile: Annotated[str, Parameter(help="As if the convoy had this profile.")] = ""
    seeds: Annotated[int, Parameter(help="Draws. [default: 30, fewer for a large convoy]")] = 0
    plot: Annotated[Path | None, Parameter(help="Draw where each step runs: .svg or .png.")] = None


PLAINLY = Asked()


def estimate(
    convoy: str,
    /,
    *,
    formula: str = "convoy",
    values: VALUES = (),
    asked: Asked = PLAINLY,
    options: Options = PLAIN,
) -> int:
    """Tell what a convoy will cost and take; of one that ran also what it did. Changes nothing.

    Exit code 1 when a step can run nowhere.

    Args:
        convoy: Its id, hq-cv-….
        formula: The workflow, for a convoy that has not started.
        values: NAME=VALUE for a variable of the formula; may be repeated.
    """
    town = options.open()
    wish = Wish(formula, parse_values(values), asked.profile, asked.stretch, asked.seeds)
    if asked.plot is not None:
        check_kind(asked.plot)
    made = estimate_of(town, convoy, wish)
    if asked.plot is not None:
        drawn = planned_chart(_title(town, made), planned(made.basis, made.terms))
        save_picture(lay_out(drawn), asked.plot)
    before, fact = kept(town.ledger, convoy), fact_of(board(town.ledger, convoy), town.layout.spend)
    shown = [
        _title(town, made),
        table("forecast", _COLUMNS, _rows(made.forecast, before, fact)),
        bottleneck_text(made.forecast.bottleneck),
        *_sources(made),
        *(f"note: {note}" for note in _notes(made)),
        *(f"{key} can run nowhere: {why}" for key, why in made.forecast.held.items()),
    ]
    show(options, _json(made, before, fact), *shown)
    return int(bool(made.forecast.held))


def _title(town: Town, made: Estimate) -> str:
    found = made.forecast
    profile = made.profile or town.config.seats.profile or "the town's own seats"
    return (
        f"{made.convoy.id} {made.convoy.title}: {found.sessions} steps, {profile}, stretch "
        f"{found.stretch:g} (target {span(found.target_s)} without rework), {found.seeds} draws"
    )


def _rows(found: Forecast, before: Forecast | None, fact: Fact | None) -> Iterator[tuple[str, ...]]:
    yield from (_row(way.name, way) for way in found.ways)
    if before is not None:
        yield _row("forecast at launch", before.placed)
    if fact is not None:
        yield _fact_row(fact)


def _row(name: str, way: Way) -> tuple[str, ...]:
    return (
        name,
        *(
            _pair(way.micro_usd, lambda one: dollars(cents(one)))
            if way.micro_usd
            else (UNKNOWN,) * 2
        ),
        *_pair(way.seconds, span),
        *_pair(way.joules, _kwh),
        dollars(cents(way.power_micro_usd.p50)),
        f"{way.cloud:.0%}",
    )


def _fact_row(fact: Fact) -> tuple[str, ...]:
    return (
        "fact" if fact.done else "fact so far",
        paid(fact.micro_usd, fact.unpriced),
        "",
        span(fact.seconds),
        "",
        _kwh(fact.joules),
        "",
        dollars(fact.power_micro_usd),
        f"{fact.cloud:.0%}",
    )


def _pair(both: Spread, shown: Callable[[float], str]) -> tuple[str, str]:
    return shown(both.p50), shown(both.p90)


def _kwh(joules: float) -> str:
    return f"{joules / KWH_J:.4f}"


def bottleneck_text(found: Bottleneck) -> str:
    """What holds the convoy up, in one line."""
    if not found.name:
        return "bottleneck: none here; the longest chain of steps decides how long it takes"
    parts = [f"steps wait {span(found.waited_s)} for it in all"] if found.waited_s >= 1 else []
    parts += [f"{found.left:.1f} steps leave for the cloud over it"] if found.left else []
    parts += [f"in use {found.busy:.0%} of the time"] if found.busy is not None else []
    return f"bottleneck: {found.name}; {', '.join(parts)}"


def _sources(made: Estimate) -> Iterator[str]:
    """Where the estimates come from."""
    roles = dict.fromkeys(step.role for step in made.basis.plan.steps)
    said = ", ".join(f"{role or 'no role'} {made.learned.source(role)}" for role in roles)
    yield f"estimates: {said}"
    known = made.learned
    source = f"{known.reviews} reviews of this town" if known.reviews else "assumed"
    yield f"rework: {known.rework:.0%} of reviews send back ({source})"


def _notes(made: Estimate) -> Iterator[str]:
    yield from made.basis.notes
    yield from misfits(made.basis, made.terms.cap)
    if made.terms.limits:
        left = ", ".join(f"{name} {dollars(left)}" for name, left in made.terms.limits.items())
        yield f"what budgets leave binds the first line only: {left}"
    if not made.terms.kwh_micro_usd:
        yield "electricity: set money.kwh_usd, and its price counts"


def _json(made: Estimate, before: Forecast | None, fact: Fact | None) -> dict[str, Any]:
    known = made.learned
    return {
        "convoy": made.convoy.id,
        "formula": made.basis.plan.formula,
        "profile": made.profile or None,
        "forecast": _forecast_json(made.forecast),
        "works": {
            role: {"source": known.source(role), **work._asdict()}
            for role, work in known.works.items()
        },
        "rework": {"share": known.rework, "reviews": known.reviews},
        "notes": list(_notes(made)),
        "launch": _forecast_json(before) if before else None,
        "fact": {**fact.model_dump(), "kwh": fact.joules / KWH_J} if fact else None,
    }


def _forecast_json(found: Forecast) -> dict[str, Any]:
    """The values as they are kept, and each way's hours and kWh beside its seconds and joules."""
    data = found.model_dump()
    for way in data["ways"]:
        way["hours"] = {key: value / _HOUR for key, value in way["seconds"].items()}
        way["kwh"] = {key: value / KWH_J for key, value in way["joules"].items()}
    return data
