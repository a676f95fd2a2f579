"""Report: what was spent, by bead, convoy, role, model or day; sums over the one table of entries.

Whatever it is grouped by, the lines add up to the same total: each entry is in one line.
"""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from gastown.money.prices import Prices, cost
from gastown.money.schema import connect
from gastown.stage import Usage

By = Literal["bead", "convoy", "rig", "role", "label", "model", "day"]
_SUMS = (
    "SUM(requests), SUM(fresh), SUM(cached), SUM(output), SUM(unpriced), SUM(micro_usd),"
    " SUM(joules), SUM(power_micro_usd), SUM(ms)"
)
_EMPTY = (0,) * 9


@dataclass(frozen=True, slots=True)
class Line:
    """The sums of one bead, role or whatever is asked for; empty for entries that have none."""

    key: str
    requests: int = 0
    fresh: int = 0
    cached: int = 0
    output: int = 0
    unpriced: int = 0
    micro_usd: int = 0
    joules: int = 0
    power_micro_usd: int = 0
    ms: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """Dearest line first, and all of them together."""

    lines: tuple[Line, ...]
    total: Line


@dataclass(frozen=True, slots=True)
class Beside:
    """The same tokens elsewhere, in micro-dollars; None where a price that it takes is unknown.

    `local_only` still pays for what has no model here. `unknown` names what nobody can price.
    """

    all_cloud: int | None
    as_it_was: int
    local_only: int
    unknown: tuple[str, ...] = ()


def report(path: Path, by: By, since: date | None = None) -> Report:
    """The sums of the entries from a day on. Raises LedgerError when the file cannot be read."""
    day = since.isoformat() if since else ""
    with closing(connect(path)) as db:
        db.execute("BEGIN")  # lines and total of one moment
        lines = db.execute(
            f"SELECT {by}, {_SUMS} FROM entries WHERE day >= ? GROUP BY 1"  # noqa: S608 - a Literal
            " ORDER BY SUM(micro_usd) DESC, SUM(fresh + cached + output) DESC, 1",
            (day,),
        ).fetchall()
        total = db.execute(f"SELECT {_SUMS} FROM entries WHERE day >= ?", (day,)).fetchone()  # noqa: S608 - constants
    whole = tuple(total) if total[0] is not None else _EMPTY
    return Report(tuple(Line(*line) for line in lines), Line("", *whole))


def beside(path: Path, price: Callable[[str], Prices | None], since: date | None = None) -> Beside:
    """What the tokens from a day on would have cost all in the cloud, and all here.

    Each is priced on the other model of the seat that it was used on. Electricity is left out.
    """
    with closing(connect(path)) as db:
        groups = db.execute(
            "SELECT place, CASE WHEN place = 'cloud' THEN model ELSE seat_burst END, model,"
            " seat_local, SUM(fresh + cached), SUM(cached), SUM(output), SUM(micro_usd)"
            " FROM entries WHERE day >= ? AND requests > 0 GROUP BY 1, 2, 3, 4",
            (since.isoformat() if since else "",),
        ).fetchall()
    all_cloud, unknown = _all_cloud(groups, price)
    return Beside(
        all_cloud=None if unknown else all_cloud,
        as_it_was=sum(group[-1] for group in groups),
        local_only=sum(group[-1] for group in groups if group[0] == "cloud" and not group[3]),
        unknown=tuple(sorted(unknown)),
    )


def _all_cloud(
    groups: Sequence[tuple[str, str, str, str, int, int, int, int]],
    price: Callable[[str], Prices | None],
) -> tuple[int, set[str]]:
    total, unknown = 0, set[str]()
    for place, burst, model, _, read, cached, written, paid in groups:
        prices = price(burst) if burst else None
        if place == "cloud":
            total += paid
        elif prices is None:
            unknown.add(burst or model)
        else:
            usage = Usage(input_tokens=read, cached_tokens=cached, output_tokens=written)
            total += cost(usage, prices)
    return total, unknown
