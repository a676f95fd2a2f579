"""When a rehearsed model has said how much."""

from gastown.rehearsal.pace import UNPACED, Pace


def test_a_token_is_due_after_the_first_ones_time_and_those_before_it():
    assert Pace(tokens_per_s=50, first_token_s=0.5).due(100) == 2.5


def test_no_pace_is_no_waiting():
    assert UNPACED.due(10_000) == 0
    assert Pace(tokens_per_s=0, first_token_s=5).due(1) == 0
