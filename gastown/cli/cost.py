"""`town cost`: what was spent on what, and what the same would have cost elsewhere."""

import getpass
from collections.abc import Mapping
from datetime import date
from typing import Any

from gastown.cli.options import PLAIN, Options
from gastown.cli.out import show, table
from gastown.errors import ConfigError
from gastown.money.amount import dollars, paid
from gastown.money.report import Beside, By, Line, Report, beside, report
from gastown.money.scope import Scope
from gastown.money.tariff import KWH_J
from gastown.town.town import Town
from tasks.metering import budget_of, prices_on, spend_of, today

_COLUMNS = ("fresh", "cached", "output", "dollars", "kWh", "electricity", "seconds")


def cost(*, by: By = "bead", since: str = "", clear: str = "", options: Options = PLAIN) -> None:
    """What was spent on what, and what the same tokens would have cost elsewhere.

    Args:
        by: What the lines are.
        since: A day, e.g. 2026-01-29; without it from the beginning.
        clear: A model that cost more than was reserved for it; it may be used again.
    """
    town = options.open()
    ledger = spend_of(town)
    if clear:
        ledger.clear(clear, getpass.getuser())
    start = _day(since)
    told = report(town.layout.spend, by, start)
    other = beside(town.layout.spend, prices_on(town), start)
    budget = _budget(town)
    blocked = dict(ledger.blocked())
    show(
        options,
        _json(by, told, other, budget, blocked),
        table(f"cost by {by}", (by, *_COLUMNS), _rows(told)),
        *_said(other, told.total),
        *map(_cap, budget),
        *(f"{why}; then: town cost --clear {model}" for model, why in blocked.items()),
    )


def _day(since: str) -> date | None:
    try:
        return date.fromisoformat(since) if since else None
    except ValueError:
        raise ConfigError(f"--since {since}: give a day, e.g. 2026-01-29") from None


def _rows(told: Report) -> list[tuple[str, ...]]:
    rows = [_row(line.key or "-", line) for line in told.lines]
    return [*rows, _row("all", told.total)] if rows else []


def _row(name: str, line: Line) -> tuple[str, ...]:
    return (
        name,
        f"{line.fresh:,}",
        f"{line.cached:,}",
        f"{line.output:,}",
        paid(line.micro_usd, line.unpriced),
        f"{line.joules / KWH_J:.6f}",
        dollars(line.power_micro_usd),
        f"{line.ms / 1000:,.1f}",
    )


def _said(other: Beside, total: Line) -> list[str]:
    if not total.requests:
        return []
    cloud = "unknown" if other.all_cloud is None else dollars(other.all_cloud)
    why = f" (no price for {', '.join(other.unknown)})" if other.unknown else ""
    was, here = paid(other.as_it_was, total.unpriced), dollars(other.local_only)
    said = f"the same tokens: all in the cloud {cloud}{why}, as it was {was}"
    return [f"{said}, all here {here} and electricity"]


def _budget(town: Town) -> list[dict[str, Any]]:
    """How each cap of today stands."""
    caps, day, ledger = budget_of(town), today(town).isoformat(), spend_of(town)
    scopes = [Scope("day", day=day, cap=caps.day)]
    scopes += [Scope("role", role, day, cap) for role, cap in caps.roles.items()]
    found = [(scope, ledger.standing(scope)) for scope in scopes if scope.cap is not None]
    return [
        {
            "name": scope.name,
            "day": day,
            "cap": scope.cap,
            "settled": standing.settled,
            "reserved": standing.reserved,
            "earmarked": standing.earmarked,
        }
        for scope, standing in found
    ]


def _cap(row: Mapping[str, Any]) -> str:
    taken = row["settled"] + row["reserved"] + row["earmarked"]
    return f"{row['name']} {row['day']}: {dollars(taken)} of {dollars(row['cap'])}"


def _json(
    by: By, told: Report, other: Beside, budget: list[dict[str, Any]], blocked: Mapping[str, str]
) -> dict[str, Any]:
    return {
        "by": by,
        "lines": [_line(line) for line in told.lines],
        "total": _line(told.total),
        "beside": other,
        "budget": budget,
        "blocked": blocked,
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "key": line.key,
        "requests": line.requests,
        "tokens": {"fresh": line.fresh, "cached": line.cached, "output": line.output},
        "micro_usd": line.micro_usd,
        "unpriced_requests": line.unpriced,
        "kwh": line.joules / KWH_J,
        "electricity_micro_usd": line.power_micro_usd,
        "seconds": line.ms / 1000,
    }
