"""Search: the next gate given the results so far; its laws hold for every crowd of requests."""

from collections.abc import Collection
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.queue.odds import Odds, cut, odds_of, stack_size
from gastown.queue.search import Convict, Gate, RedRun, Search

FEW = settings(max_examples=40)
TOLD, BLIND = Odds(), Odds(telling=False)
CROWD = st.integers(1, 24).map(lambda n: tuple(f"r{i}" for i in range(n)))


@dataclass
class World:
    """Requests of which some are bad, some pairs do not get on, and some runs are red by chance."""

    bad: Collection[str] = ()
    pair: frozenset[str] = frozenset()
    flaky: Collection[int] = ()
    tells: bool = True
    runs: int = 0
    landed: list[str] = field(default_factory=list[str])
    refused: list[str] = field(default_factory=list[str])
    evidence: dict[str, list[frozenset[str]]] = field(default_factory=dict)

    def red(self, stack: Collection[str]) -> RedRun | None:
        """What the gate says of main with a stack on it."""
        there = {*self.landed, *stack}
        named = {one for one in there if one in self.bad}
        tests = {f"test {one}" if self.tells else "old" for one in named}
        if self.pair and self.pair <= there:
            tests.add("old")
        if self.runs in self.flaky:
            tests.add(f"chance {self.runs}")
        for one in stack:
            self.evidence.setdefault(one, []).append(frozenset(tests))
        mine = frozenset(named) if self.tells else frozenset[str]()
        return RedRun(frozenset(tests), mine, len(tests)) if tests else None

    def carry(self, search: Search, odds: Odds = TOLD, size: int = 20) -> None:
        while (move := search.next(odds, size)) is not None:
            if isinstance(move, Convict):
                assert move.request == search.waiting[0]
                self.refused.append(move.request)
                search = search.without({move.request})
                continue
            assert 1 <= move.count <= len(search.waiting)
            self.runs += 1
            assert self.runs < 400
            run = self.red(search.waiting[: move.count])
            if run is None:
                self.landed += search.waiting[: move.count]
                search = search.green(move.count)
            else:
                search = search.red(move.count, run)


@FEW
@given(CROWD, st.data(), st.booleans(), st.sampled_from([1, 3, 20]))
def test_what_is_bad_by_itself_is_refused_and_all_else_lands(crowd, data, tells, size):
    bad = data.draw(st.sets(st.sampled_from(crowd)))
    world = World(bad, tells=tells)

    world.carry(Search(crowd), TOLD if tells else BLIND, size)

    assert {*world.refused} == bad
    assert sorted(world.landed) == sorted({*crowd} - bad)
    assert len(world.refused) == len(bad)


@FEW
@given(CROWD, st.data(), st.booleans())
def test_main_is_never_red_and_of_a_pair_that_does_not_get_on_one_lands(crowd, data, tells):
    pair = frozenset(data.draw(st.sets(st.sampled_from(crowd), max_size=2)))
    world = World(pair=pair if len(pair) == 2 else frozenset(), tells=tells)

    world.carry(Search(crowd), TOLD if tells else BLIND)

    assert world.red([]) is None
    assert len(world.refused) == (len(pair) == 2)
    assert {*world.refused} <= pair


@FEW
@given(CROWD, st.data(), st.booleans(), st.sets(st.integers(1, 12), max_size=3))
def test_nobody_is_refused_for_a_run_that_is_red_by_chance(crowd, data, tells, flaky):
    bad = data.draw(st.sets(st.sampled_from(crowd), max_size=3))
    world = World(bad, flaky=flaky, tells=tells)

    world.carry(Search(crowd), TOLD if tells else BLIND)

    assert {*world.refused} - bad == set() or len(flaky) >= 3
    assert bad <= {*world.refused}


@FEW
@given(CROWD, st.data(), st.booleans())
def test_whoever_is_refused_was_red_twice_with_the_same_test(crowd, data, tells):
    bad = data.draw(st.sets(st.sampled_from(crowd)))
    world = World(bad, tells=tells)

    world.carry(Search(crowd), TOLD if tells else BLIND)

    for one in world.refused:
        *before, last = (tests for tests in world.evidence[one] if tests)
        assert any(tests & last for tests in before)


def test_where_red_tests_name_them_two_bad_of_twenty_take_four_gates():
    """All; all but them; each of them alone."""
    crowd = tuple(f"r{i}" for i in range(20))
    world = World({"r3", "r11"})

    world.carry(Search(crowd))

    assert world.runs == 4


@pytest.mark.parametrize("place", [0, 3, 7])
def test_one_bad_of_eight_is_found_by_halves_where_nothing_names_it(place):
    world = World({f"r{place}"}, tells=False)

    world.carry(Search(tuple(f"r{i}" for i in range(8))), BLIND)

    assert world.runs <= 6


def test_who_leaves_takes_what_was_known_of_the_stack_along():
    search = Search(("a", "b", "c")).red(3, RedRun(frozenset({"t"})))

    assert search.window == 3
    assert search.without({"b"}).window == 0
    assert search.red(2, RedRun(frozenset({"t"}))).without({"c"}).window == 2


def test_a_test_that_everybody_touched_names_nobody():
    run = RedRun(frozenset({"t"}), frozenset({"a", "b", "c"}))

    assert Search(("a", "b", "c")).red(3, run).suspects == frozenset()


def test_suspects_stand_behind_the_others_and_a_run_without_them_is_next():
    search = Search(("a", "b", "c")).red(3, RedRun(frozenset({"t"}), frozenset({"a"})))

    assert search.waiting == ("b", "c", "a")
    move = search.next(TOLD, 20)
    assert isinstance(move, Gate)
    assert (move.count, "without those" in move.reason) == (2, True)


def test_the_odds_are_those_of_the_newest_verdicts():
    assert odds_of([]) == Odds(rate=0.1, telling=True)
    assert odds_of([None] * 90).rate == 0.01
    assert not odds_of([False, False, True, None]).telling


@FEW
@given(st.floats(0, 1), st.integers(1, 50))
def test_a_stack_is_never_empty_and_never_larger_than_allowed(rate, most):
    for telling in (True, False):
        assert 1 <= stack_size(Odds(rate=rate, telling=telling), most) <= most


@FEW
@given(st.floats(0, 1), st.integers(2, 50))
def test_a_cut_leaves_something_on_both_sides(rate, size):
    assert 1 <= cut(size, rate) < size


def test_where_one_in_ten_is_bad_a_blind_stack_of_seven_is_as_likely_red_as_green():
    assert stack_size(BLIND, 20) == 7
    assert cut(7, 0.1) == 3
