"""A convoy's target and what is ready of it."""

from gastown.placement.agenda import Agenda
from gastown.placement.session import CloudRoute, LocalRoute, Session


def session(key: str, *needs: str, cloud_s: float = 10) -> Session:
    return Session(key, needs=needs, local=LocalRoute(100), cloud=CloudRoute(cloud_s, 5))


CHAIN = (session("a"), session("b", "a"), session("c", "b"))


def agenda(stretch: float = 0) -> Agenda:
    return Agenda(CHAIN, start=1000, stretch=stretch)


def test_the_target_is_the_start_and_the_clouds_own_time_stretched():
    assert agenda(0.5).target == 1045


def test_a_ready_session_knows_since_when_and_what_remains_after_it():
    ours = agenda()
    ours.ask(CHAIN[0], 1003)
    ready = ours.ready("a")
    assert (ready.since, ready.tail, ready.target) == (1003, 20, 1030)


def test_work_sent_back_moves_the_target_later():
    ours = agenda()
    ours.ask(CHAIN[1], 1010)
    ours.ask(CHAIN[1], 1025)
    assert ours.target == 1045


def test_work_sent_back_in_time_moves_no_target():
    ours = agenda(stretch=1)
    ours.ask(CHAIN[1], 1010)
    ours.ask(CHAIN[1], 1015)
    assert ours.target == 1060


def test_a_session_counts_as_its_seat_is_when_it_is_asked_for():
    ours = agenda()
    ours.ask(session("a", cloud_s=77), 1000)
    assert ours.ready("a").session.quickest == 77


def test_what_was_done_before_costs_no_time_and_may_be_sent_back():
    ours = Agenda(CHAIN, start=1000, stretch=0, done={"a", "b"})
    assert ours.target == 1010
    ours.ask(CHAIN[1], 1005)
    assert ours.ready("b").tail == 10
