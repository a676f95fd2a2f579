"""What is drawn: nobody foresees rework, and the work behind it waits for its last round."""

from gastown.forecast.rework import Chances, draw, first_round
from tests.gastown.forecast.towns import basis


def test_without_rework_the_plan_runs_as_it_stands():
    made = basis()
    drawn = draw(made.plan, made.sessions, Chances(0, 3), 1)
    assert drawn.sessions == made.sessions
    assert not drawn.hidden


def test_work_that_is_always_sent_back_runs_as_often_as_the_town_allows():
    made = basis()
    drawn = draw(made.plan, made.sessions, Chances(1, 3), 1)
    rounds = [one for one in drawn.sessions if first_round(one.key) == "work1"]
    assert [one.key for one in rounds] == ["work1", "work1 #2", "work1 #3"]
    assert drawn.hidden["work1 #3"] == "refine1 #2"
    gauge = next(one for one in drawn.sessions if one.key == "gauge")
    assert "refine1 #3" in gauge.needs
    assert drawn.facts.keys() == {one.key for one in drawn.sessions}


def test_a_seed_draws_the_same_again_and_another_one_otherwise():
    made = basis()
    one, two = (draw(made.plan, made.sessions, Chances(0.2, 3), seed) for seed in (1, 2))
    assert one == draw(made.plan, made.sessions, Chances(0.2, 3), 1)
    assert one.facts != two.facts
