"""The benchmark's convoy in virtual time, beside the rivals."""

import random
from dataclasses import replace

from gastown.placement.ahead.order import Successive
from gastown.placement.ahead.plan import plan_ahead
from gastown.placement.tails import critical_path
from gastown.placement.virtual.laws import broken
from gastown.placement.virtual.maps import PC, REFGPU
from gastown.placement.virtual.noise import noise
from gastown.placement.virtual.progress import foreseen
from gastown.placement.virtual.rigs import Cook
from gastown.placement.virtual.rivals import cloud_only, immediate, local_only
from gastown.placement.virtual.run import Ahead, run
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


def test_convoys_that_plan_each_for_itself_pay_less_together():
    day = tuple(
        foreseen(Cook(REFGPU, n).convoy(2, 4, name=f"c{n}", start=n * 600, stretch=3))
        for n in range(3)
    )
    town = Town(PC, day)
    planned = run(town, ahead=Ahead(Successive()))

    assert planned.net < run(town).net
    assert broken(town, planned) == []
