import pytest

from scorekeeper.hits import Hit, judge, parse


@pytest.mark.parametrize(
    ("offset_ms", "hit"),
    [(0, Hit.PERFECT), (-40, Hit.PERFECT), (41, Hit.GOOD), (-90, Hit.GOOD), (91, Hit.MISS)],
)
def test_a_strike_is_judged_by_its_distance_from_the_beat(offset_ms, hit):
    assert judge(offset_ms) is hit


def test_a_workout_is_read_letter_by_letter():
    assert parse("PGM") == [Hit.PERFECT, Hit.GOOD, Hit.MISS]


def test_a_bad_letter_is_named_with_its_place():
    with pytest.raises(ValueError, match="beat 2: 'x'"):
        parse("PxM")
