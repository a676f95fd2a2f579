"""A model that is asked to leave and does not go counts as one that stays, for a while."""

from gastown.placement.leaving import AGAIN_S, STUBBORN_S, Leaving
from gastown.placement.session import Model

Q7 = Model("q7", slot="model:q7")


def test_it_is_asked_by_name_as_often_as_it_is_in_the_way():
    asked: list[str] = []
    leaving = Leaving(asked.append)
    leaving.send(Q7, 0)
    leaving.send(Q7, 2)
    assert asked == ["q7", "q7"]


def test_one_that_is_still_there_stays_for_a_while_and_is_asked_anew():
    leaving = Leaving(lambda _: None)
    leaving.send(Q7, 0)
    leaving.send(Q7, STUBBORN_S - 1)
    assert leaving.stay({Q7.slot}, STUBBORN_S - 1) == set()
    assert leaving.stay({Q7.slot}, STUBBORN_S) == {Q7.slot}
    assert leaving.stay({Q7.slot}, AGAIN_S) == set()


def test_one_that_went_is_forgotten():
    leaving = Leaving(lambda _: None)
    leaving.send(Q7, 0)
    assert leaving.stay((), 5) == set()
    assert leaving.stay({Q7.slot}, STUBBORN_S) == set()
