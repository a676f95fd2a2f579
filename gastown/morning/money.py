"""money: what was spent, what is left, and where it leads; code makes all sums."""

import calendar
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from gastown.days.day import Spent
from gastown.forecast.forecast import Way
from gastown.money.amount import MICRO
from gastown.morning.fact import Line

PACE_DAYS = 7
_HOUR = 3600


def spend_lines(spent: Spent, day: date, by_day: Mapping[str, int]) -> Iterator[Line]:
    """The day's spending, the month's, and the month's end at the pace of the last days.

    Args:
        spent: What the day took.
        day: Which.
        by_day: Micro-dollars of each day of the ledger, by ISO date.
    """
    if spent.requests:
        unpriced = f", {spent.unpriced} requests without a known price" if spent.unpriced else ""
        yield Line(
            "Money",
            f"{usd(spent.micro_usd)} for {spent.requests:,} requests, {spent.input_tokens:,} "
            f"tokens read and {spent.output_tokens:,} written{unpriced}",
        )
    month = sum(paid for one, paid in by_day.items() if _in_month(one, day))
    if month:
        yield Line("Money", f"{usd(month)} this month so far")
    last = [day - timedelta(days=n) for n in range(PACE_DAYS)]
    pace = sum(by_day.get(one.isoformat(), 0) for one in last) // PACE_DAYS
    if pace:
        left = calendar.monthrange(day.year, day.month)[1] - day.day
        yield Line(
            "Forecast",
            f"at {usd(pace)} a day, the mean of the last {PACE_DAYS} days, this month ends at "
            f"{usd(month + left * pace)}",
        )


def budget_lines(caps: Mapping[str, tuple[int, int]]) -> Iterator[Line]:
    """How much of each cap of today is left; micro-dollars: the cap, and what is left of it."""
    for name, (cap, left) in caps.items():
        yield Line("Money", f"{name}: {usd(left)} of {usd(cap)} left today", must=left == 0)


def convoy_lines(summaries: Sequence[Mapping[str, Any]]) -> Iterator[Line]:
    """Convoys under way: how far they are, and the `forecast` of their launch, a Way."""
    for one in summaries:
        told = f"{one['id']} ({one['title']}): {one['done']} of {one['total']} beads done"
        way = one.get("forecast")
        if isinstance(way, Way):
            hours = f"{way.seconds.p50 / _HOUR:.1f} hours"
            money = f" and {usd(round(way.micro_usd.p50))}" if way.micro_usd else ""
            told = f"{told}; {hours}{money} were forecast at its launch"
        yield Line("Forecast", told)


def usd(amount: int) -> str:
    """Micro-dollars as a person reads them in a letter: whole cents, at least one if anything."""
    if 0 < amount < MICRO // 100:
        return "less than $0.01"
    return f"${amount / MICRO:,.2f}"


def _in_month(one: str, day: date) -> bool:
    return one[:7] == day.isoformat()[:7] and one <= day.isoformat()
