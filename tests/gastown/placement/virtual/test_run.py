"""The benchmark's convoy in virtual time, beside the rivals."""

import random
from dataclasses import replace

from gastown.placement.ahead.plan import plan_ahead
from gastown.placement.tails import critical_path
from gastown.placement.virtual.forecast import Guess, compare, forecast
from gastown.placement.virtual.laws import broken
from gastown.placement.virtual.maps import PC, REFGPU
from gastown.placement.virtual.noise import noise
from gastown.placement.virtual.progress import foreseen
from gastown.placement.virtual.rigs import Cook
from gastown.placement.virtual.rivals import cloud_only, immediate, local_only
from gastown.placement.virtual.run import run
from gastown.placement.virtual.standing import shared, standing
from gastown.placement.virtual.town import Town


def town(rigs: int = 1, beads: int = 3, *, seed: int = 3, stretch: float = 0.25) -> Town:
    return Town(PC, (foreseen(Cook(REFGPU, seed).convoy(rigs, beads, stretch=stretch)),))


def path(one: Town) -> float:
    return critical_path(one.convoys[0].sessions)


def test_all_cloud_takes_as_long_as_its_critical_path():
    assert abs(run(town(3, 5), cloud_only).end - path(town(3, 5))) < 1e-6


def test_the_policy_is_cheaper_than_the_cloud_and_in_time():
    one = town(3, 5)
    history, cloud = run(one), run(one, cloud_only)

    assert history.end <= 1.25 * path(one) + 1e-6
    assert history.net < 0.9 * cloud.net
    assert broken(one, history) == []


def test_at_no_more_time_than_bursting_at_once_it_saves_more():
    one = town(3, 5, stretch=1.0)
    history, rival = run(one), run(one, immediate)

    assert history.end < 1.05 * rival.end
    assert history.net < rival.net


def test_local_only_buys_only_what_has_no_local_route():
    history = run(town(), local_only)

    assert {stay.session.role for stay in history.stays if stay.where == "cloud"} == {"spotter"}


def test_a_plan_ahead_saves_more_and_keeps_the_target():
    one = town(2, 4, stretch=1.0)
    online, planned = run(one), run(one, hints=plan_ahead(one, rollouts=150))

    assert planned.net < online.net
    assert planned.end <= 2 * path(one) + 1e-6
    assert broken(one, planned) == []


def test_a_plan_never_costs_more_than_none():
    one = town()

    assert run(one, hints=plan_ahead(one, rollouts=5)).net <= run(one).net


def test_work_sent_back_moves_the_target_and_is_in_the_history():
    convoy = Cook(REFGPU, 1).convoy(2, 4)
    assert convoy.hidden
    one = Town(PC, (convoy,))

    history = run(one, log=True)

    assert len(history.moves) > 1
    assert {stay.session.key for stay in history.stays} == {one.key for one in convoy.sessions}
    assert broken(one, history) == []


def test_a_guard_that_knows_how_far_estimates_err_is_late_less():
    one = town(3, 5)
    late = {0.0: 0.0, 0.6: 0.0}
    for seed in range(4):
        facts = noise(one.convoys, random.Random(seed), 0.5)
        for spread in late:
            history = run(replace(one, facts=facts, spread=spread))
            late[spread] += history.end / history.target("") / 4

    assert late[0.6] < late[0.0]
    assert late[0.6] <= 1.05


def test_shares_learned_on_one_day_pay_on_another():
    days = [
        tuple(
            foreseen(Cook(REFGPU, seed + n).convoy(2, 4, name=f"c{n}", start=n * 600, stretch=3))
            for n in range(4)
        )
        for seed in (50, 0)
    ]
    shares = standing(Town(PC, days[0]), levels=(0.0, 0.5))
    today = Town(PC, days[1])

    assert run(today, hints=shared(today.convoys, shares)).net < run(today).net


def test_a_forecast_compares_three_ways():
    known = compare(town(), guess=Guess(runs=5))
    ours, cloud, local = known["this profile"], known["all-cloud"], known["local-only"]

    assert local.micro_usd.p50 < ours.micro_usd.p50 < cloud.micro_usd.p50
    assert cloud.hours.p50 < ours.hours.p50 < local.hours.p50
    assert cloud.kwh.p90 == 0 < ours.kwh.p50 <= ours.kwh.p90
    assert cloud.bottleneck == "nothing of this machine is used"
    assert "VRAM" in local.bottleneck or "P-cores" in local.bottleneck


def test_a_forecast_draws_every_session_once_with_its_reason():
    one = town()

    bars = forecast(one, guess=Guess(runs=0)).placed

    assert sorted(bar.session for bar in bars) == sorted(s.key for s in one.convoys[0].sessions)
    assert all(bar.reason and bar.start < bar.end for bar in bars)
    assert [bar.start for bar in bars] == sorted(bar.start for bar in bars)


def test_what_can_never_run_is_counted_as_held():
    one = town()
    poor = replace(one.convoys[0], purses=("day",))

    assert forecast(replace(one, convoys=(poor,), limits={"day": 0}), guess=Guess(runs=0)).held
