"""A forecast says what the policy would do, and what the same costs elsewhere."""

import pytest

from gastown.forecast.forecast import FEWEST, SEEDS, draws_for, forecast, planned
from gastown.placement.ahead.guide import SPREAD
from gastown.placement.ahead.order import Order
from gastown.placement.virtual.run import run
from gastown.placement.virtual.town import Convoy, Town
from tests.gastown.forecast.towns import PC, basis, terms


def test_the_same_question_has_the_same_answer():
    assert forecast(basis(), terms(), 6) == forecast(basis(), terms(), 6)


def test_as_placed_costs_no_more_than_all_in_the_cloud_and_no_less_than_all_here():
    placed, cloud, local = forecast(basis(), terms(stretch=3), 9).ways
    assert placed.micro_usd and cloud.micro_usd and local.micro_usd  # noqa: PT018 - narrows types
    assert local.micro_usd.p50 <= placed.micro_usd.p50 < cloud.micro_usd.p50
    assert cloud.seconds.p50 < local.seconds.p50
    assert cloud.cloud > placed.cloud


def test_what_nine_in_ten_runs_stay_below_is_more_than_what_half_do():
    for way in forecast(basis(), terms(), 20).ways:
        assert way.micro_usd is not None
        assert way.micro_usd.p50 < way.micro_usd.p90
        assert way.seconds.p50 < way.seconds.p90


def test_energy_is_drawn_here_and_its_price_follows():
    ways = forecast(basis(), terms(kwh_micro_usd=150_000), 5).ways
    local, cloud = ways[2], ways[1]
    assert cloud.joules.p50 == 0
    assert local.joules.p50 > 0
    assert local.power_micro_usd.p50 == pytest.approx(local.joules.p50 * 150_000 / 3_600_000)


def test_without_noise_or_rework_the_run_ends_in_time():
    made = forecast(basis(), terms(rework=0), 1)
    assert planned(basis(), terms(rework=0)).end <= made.target_s + 1e-3


def test_the_budget_binds_what_is_placed_and_not_what_it_is_compared_with():
    free = forecast(basis(), terms(stretch=0), 5)
    assert free.placed.micro_usd
    tight = forecast(basis(), terms(stretch=0, limits={"budget day": 120_000}), 5)
    assert tight.placed.micro_usd
    assert tight.placed.micro_usd.p90 <= 120_000
    assert tight.ways[1] == free.ways[1]


def test_a_budget_below_what_only_the_cloud_can_do_holds_that_step():
    found = forecast(basis(), terms(limits={"budget day": 1_000}), 5)
    assert "budget: needs" in found.held["spot"]


def test_a_step_without_a_seat_is_held_with_the_reason_of_its_seat():
    found = forecast(basis(seats={"default": ""}), terms(), 5)
    assert "defend" in found.held


def test_large_convoys_get_fewer_draws():
    assert draws_for(10) == SEEDS
    assert draws_for(100_000) == FEWEST


def test_a_roles_cap_binds_its_sessions_alone():
    made = basis(budget={"roles": {"refinery": 0.001}})
    capped = planned(made, terms(stretch=0, limits={"budget role refinery": 1_000}))
    places = {stay.session.role: stay.where for stay in capped.stays}
    assert places["refinery"] == "local"
    assert places["polecat"] == "cloud"
    assert capped.held == ()


def test_the_forecast_follows_the_plan_with_which_the_run_begins():
    patient = terms(stretch=1.5, rework=0)
    town = Town(PC, (Convoy("cv", basis().sessions, stretch=1.5),), spread=SPREAD)
    history = planned(basis(), patient)
    assert [stay.where for stay in history.stays] == [
        stay.where for stay in run(town, hints=Order(town).plan()).stays
    ]
    assert history.net <= run(town).net
