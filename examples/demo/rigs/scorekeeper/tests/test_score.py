from scorekeeper.hits import Hit, parse
from scorekeeper.score import longest_streak, streaks, tally, total


def test_points_add_up():
    assert total(parse("PGM")) == 150


def test_a_miss_ends_a_streak():
    assert streaks(parse("PPMG")) == [1, 2, 0, 1]
    assert longest_streak(parse("PPMG")) == 2


def test_an_empty_workout_is_worth_nothing():
    assert (total([]), longest_streak([])) == (0, 0)


def test_the_tally_has_every_kind():
    assert tally(parse("PP")) == {Hit.PERFECT: 2, Hit.GOOD: 0, Hit.MISS: 0}
