"""A convoy's target and what is ready of it."""

from dataclasses import replace

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
    ours.close("b")
    ours.ask(CHAIN[1], 1025)
    assert ours.target == 1045
    ours.ask(CHAIN[2], 1040)
    ours.ask(CHAIN[2], 1044)  # it sent the work back, and looks at it again
    assert ours.target == 1045


def test_work_sent_back_in_time_moves_no_target():
    ours = agenda(stretch=1)
    ours.ask(CHAIN[1], 1010)
    ours.close("b")
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


def test_a_target_that_was_set_before_is_kept():
    assert Agenda(CHAIN, start=1000, stretch=0, target=1234).target == 1234


def test_what_is_left_is_neither_done_nor_held_back_by_a_failure():
    ours = Agenda((*CHAIN, session("d"), session("e", "d")), start=0, stretch=0)
    ours.close("a")
    ours.fail("d")
    assert [one.key for one in ours.left] == ["b", "c"]


def test_work_that_is_sent_back_is_left_again():
    ours = agenda()
    ours.ask(CHAIN[0], 1000)
    ours.close("a")
    ours.ask(CHAIN[0], 1010)
    assert [one.key for one in ours.left] == ["a", "b", "c"]


def test_sessions_of_which_nobody_knew_move_the_target():
    ours = agenda()
    ours.learn([session("c2", "c")], 1025)
    assert ours.target == 1035


def test_a_session_asks_its_own_purses_beside_the_convoys():
    one = replace(CHAIN[0], purses=("budget role polecat",))
    ours = Agenda([one], start=0, stretch=0, purses=("budget day",))
    ours.ask(one, 0)
    assert ours.ready("a").purses == ("budget day", "budget role polecat")


def test_who_keeps_targets_hears_of_each_that_moves():
    heard: list[float] = []
    ours = agenda()
    ours.moved = heard.append
    for at in (1010, 1015, 1012):
        ours.ask(CHAIN[1], at)
        ours.close("b")
    assert heard == [1035]
