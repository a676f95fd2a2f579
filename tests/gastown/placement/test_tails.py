import pytest

from gastown.errors import ConfigError
from gastown.placement.session import CloudRoute, LocalRoute, Session
from gastown.placement.tails import critical_path, tails


def step(key: str, seconds: float, *needs: str, again: float = 0.0) -> Session:
    return Session(key, needs=needs, cloud=CloudRoute(seconds, 1), again_s=again)


DIAMOND = (step("a", 10), step("b", 20, "a"), step("c", 30, "a"), step("d", 5, "b", "c"))


def test_a_tail_is_the_longest_way_that_remains():
    assert tails(DIAMOND) == {"a": 35, "b": 5, "c": 5, "d": 0}


def test_the_critical_path_is_the_longest_way_of_all():
    assert critical_path(DIAMOND) == 45


def test_what_must_stay_counts_with_its_seconds_here():
    stays = Session("s", local=LocalRoute(70), cloud=CloudRoute(5, 1), local_only=True)

    assert critical_path([stays]) == 70


def test_a_review_reckons_with_being_sent_back_until_it_has_ended():
    chain = (step("review", 10, again=50), step("after", 5, "review"))

    assert critical_path(chain) == 65
    assert critical_path(chain, done={"review"}) == 15


def test_unsure_estimates_make_a_tail_longer_by_less_than_their_sum():
    chain = (step("a", 1), step("b", 30, "a"), step("c", 40, "b"))

    assert tails(chain, spread=1.0)["a"] == pytest.approx(70 + 50)


def test_needs_of_other_convoys_are_taken_for_closed():
    assert tails([step("a", 10, "elsewhere")]) == {"a": 0}


def test_a_circle_is_refused():
    with pytest.raises(ConfigError, match="wait for each other: a, b"):
        tails([step("a", 1, "b"), step("b", 1, "a")])
