"""Money in the brief: sums and the pace are made by code, to the cent."""

from datetime import date

from gastown.days.day import Spent
from gastown.morning.money import budget_lines, spend_lines, usd

DAY = date(2026, 1, 10)


def test_a_days_a_months_and_the_months_end_are_told():
    by_day = {f"2026-01-{day:02}": 700_000 for day in range(1, 11)} | {"2025-12-31": 9_000_000}

    lines = [line.text for line in spend_lines(Spent(requests=3, micro_usd=700_000), DAY, by_day)]

    assert lines[0].startswith("$0.70 for 3 requests")
    assert lines[1] == "$7.00 this month so far"
    assert "at $0.70 a day" in lines[2]
    assert lines[2].endswith("ends at $21.70")


def test_a_town_that_spends_nothing_tells_nothing():
    assert list(spend_lines(Spent(), DAY, {})) == []


def test_an_empty_budget_must_be_told():
    full, empty = budget_lines({"budget day": (5_000_000, 1_500_000), "budget role": (1, 0)})

    assert (full.text, full.must) == ("budget day: $1.50 of $5.00 left today", False)
    assert empty.must


def test_less_than_a_cent_is_not_nothing():
    assert (usd(0), usd(9_999), usd(10_000)) == ("$0.00", "less than $0.01", "$0.01")
