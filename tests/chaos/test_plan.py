"""The plan of a siege: a seed says all of it again, and few towns suffer every kind of blow."""

from pathlib import Path

import pytest

from tests.chaos.harness import Campaign
from tests.chaos.plan import KINDS, Place, kinds_at, plan


@pytest.mark.parametrize("seed", range(20))
def test_the_same_seed_is_the_same_plan_and_another_one_is_not(seed):
    first = plan(seed, steps=25, blows=5)

    assert first == plan(seed, steps=25, blows=5)
    assert first != plan(seed + 1, steps=25, blows=5)


@pytest.mark.parametrize("seed", range(20))
def test_blows_fall_in_order_while_steps_are_left(seed):
    moments = [blow.after for blow in plan(seed, steps=25, blows=5)]

    assert moments == sorted(moments)
    assert all(0 <= moment < 25 for moment in moments)


@pytest.mark.parametrize("seed", range(5))
def test_neighbouring_seeds_together_suffer_every_kind(seed):
    towns = [plan(number, steps=25, blows=5) for number in range(seed, seed + 3)]

    assert {blow.kind for blows in towns for blow in blows} == set(KINDS)


def test_only_the_kinds_that_are_allowed_fall():
    assert {blow.kind for blow in plan(1, steps=9, blows=4, kinds=["kill git"])} == {"kill git"}


def test_where_nothing_that_is_allowed_has_a_victim_nothing_falls():
    assert plan(1, steps=9, blows=4, kinds=()) == ()


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("burst", [False, True])
def test_a_town_is_of_its_kind_by_its_number_alone_and_each_kind_of_blow_falls(seed, burst):
    campaign = Campaign(100, seed, Path(), burst=burst)
    places: list[Place] = [campaign.place(number) for number in range(campaign.towns)]

    assert places == [Campaign(5, 7, Path(), burst=burst).place(number) for number in range(20)]
    assert set(places) == {"endpoint", "local"} | ({"cloud"} if burst else set())
    fallen = {
        blow.kind
        for number, place in enumerate(places)
        for blow in plan(seed + number, steps=25, blows=5, kinds=kinds_at(place))
    }
    assert fallen == {kind for place in set(places) for kind in kinds_at(place)}
