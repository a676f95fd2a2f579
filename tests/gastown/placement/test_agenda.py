"""A convoy's target and what is ready of it."""

import pytest

from gastown.placement.agenda import Agenda
from gastown.placement.session import CloudRoute, LocalRoute, Session


def session(key: str, *needs: str) -> Session:
    return Session(key, needs=needs, local=LocalRoute(100), cloud=CloudRoute(10, 5))


CHAIN = (session("a"), session("b", "a"), session("c", "b"))


def test_the_target_is_the_start_and_the_clouds_own_time_stretched():
    assert Agenda(CHAIN, start=1000, stretch=0.5).target == 1045


def test_a_ready_session_knows_what_remains_after_it():
    (ready,) = Agenda(CHAIN, start=0, stretch=0).ready(["a"], 3)
    assert (ready.since, ready.tail, ready.target) == (3, 20, 30)


def test_waiting_counts_from_when_a_session_first_was_ready():
    agenda = Agenda(CHAIN, start=0, stretch=0)
    agenda.ready(["a"], 3)
    (ready,) = agenda.ready(["a"], 9)
    assert ready.since == 3


def test_a_session_that_was_at_work_in_between_waits_anew():
    agenda = Agenda(CHAIN, start=0, stretch=0)
    agenda.ready(["a"], 3)
    agenda.ready([], 5)
    (ready,) = agenda.ready(["a"], 9)
    assert ready.since == 9


def test_work_sent_back_moves_the_target_later():
    agenda = Agenda(CHAIN, start=0, stretch=0)
    agenda.close("a")
    agenda.close("b")
    assert agenda.reopen(["b"], 25) == 45


@pytest.mark.parametrize("now", [0, 5])
def test_a_target_never_moves_earlier(now: float):
    agenda = Agenda(CHAIN, start=0, stretch=1)
    agenda.close("a")
    assert agenda.reopen(["b"], now) == 60
