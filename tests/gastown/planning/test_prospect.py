"""Prospect: the figures in words, and what a person must know before they say yes."""

import pytest

from gastown.forecast.forecast import Forecast, Way
from gastown.forecast.spread import Spread
from gastown.planning.prospect import Prospect

NOTHING = Spread(p50=0.0, p90=0.0)


def forecast(p90: float | None, held: dict[str, str] | None = None) -> Forecast:
    """One that costs so many micro-dollars at most, nine times in ten."""
    money = None if p90 is None else Spread(p50=p90 / 2, p90=p90)
    way = Way(
        name="as placed", micro_usd=money, seconds=Spread(p50=90.0, p90=7_500.0), joules=NOTHING,
        power_micro_usd=NOTHING, cloud=0.25,
    )  # fmt: skip
    return Forecast(ways=(way,), seeds=5, sessions=3, stretch=0.25, target_s=60.0, held=held or {})


@pytest.mark.parametrize(("p90", "warned"), [(98_936, False), (98_937, True), (200_000, True)])
def test_a_budget_that_may_be_used_up_to_the_last_micro_dollar_is_a_warning(p90, warned):
    found = Prospect(forecast=forecast(p90), left={"budget day": 98_937}).warnings

    assert found == (("budget day leaves $0.098937, and it may take all of it",) if warned else ())


def test_steps_that_can_run_nowhere_are_a_warning_each():
    found = Prospect(forecast=forecast(1, {"polecat[a]": "no model"})).warnings

    assert found == ("polecat[a] can run nowhere: no model",)


def test_where_there_is_no_forecast_the_reason_stands_for_it():
    made = Prospect(missing="no formula 'x'", left={"budget day": 0})

    assert made.warnings == ("no forecast: no formula 'x'",)
    assert made.lines == ()


def test_the_figures_are_told_a_line_each():
    lines = Prospect(forecast=forecast(20_000), left={"budget day": 500_000}).lines

    assert lines[0] == "as placed: $0.01 to $0.02, 2 min to 2 h 05 min, 25% of steps in the cloud"
    assert lines[1].startswith("bottleneck: none; ")
    assert lines[2] == "left to spend: budget day $0.50"


def test_an_unknown_price_is_no_price_and_no_budget_is_told_as_such():
    lines = Prospect(forecast=forecast(None)).lines

    assert lines[0].startswith("as placed: \N{EN DASH}, 2 min")
    assert lines[-1] == "left to spend: no budget is set"
    assert Prospect(forecast=forecast(None), left={"budget day": 0}).warnings == ()
