"""When a convoy is expected to land: laws, and the cases a person meets."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from gastown.feed.expected import SoFar, Work, expected
from gastown.forecast.spread import Spread

FORECAST = Spread(p50=400, p90=600)
CHAIN = (
    Work("a", "polecat", (), done=True, seconds=100),
    Work("b", "refinery", ("a",), done=True, seconds=100),
    Work("c", "polecat", ("b",)),
    Work("d", "refinery", ("c",)),
)


def test_at_the_pace_of_the_forecast_it_lands_when_that_said():
    found = expected(SoFar(CHAIN, start=1000, now=1200, forecast=FORECAST))

    assert (found.at, found.late) == (1400, 1500)


def test_a_slow_beginning_makes_the_rest_slow():
    found = expected(SoFar(CHAIN, start=1000, now=1600, forecast=FORECAST))

    assert found.at == 1600 + 200 * 3
    assert "50% of the work is done" in found.because


def test_without_a_forecast_what_is_done_tells_how_long_its_like_takes():
    found = expected(SoFar(CHAIN, start=1000, now=1200))

    assert (found.at, found.late) == (1400, 1500)
    assert "longest chain" in found.because


def test_before_it_began_and_without_any_figure_it_says_so():
    fresh = [replace(one, done=False, seconds=0.0) for one in CHAIN]

    assert expected(SoFar(fresh, None, 5, FORECAST)).because == "it has not begun"
    assert "nothing was forecast" in expected(SoFar(fresh, 1.0, 5)).because


def test_what_waits_for_a_person_lands_no_sooner_than_that():
    found = expected(SoFar(CHAIN, 1000, 1200, FORECAST, waits=("Ship it?",)))

    assert found.at is None
    assert found.because == "about 3 min after Ship it?"


works = st.lists(
    st.tuples(st.booleans(), st.floats(0, 1000), st.integers(0, 9), st.sampled_from("pqr")),
    min_size=1,
    max_size=12,
).map(
    lambda drawn: [
        Work(str(n), role, [str(need)] if need < n else [], done=done, seconds=seconds)
        for n, (done, seconds, need, role) in enumerate(drawn)
    ]
)
spreads = st.floats(1, 5000).map(lambda p50: Spread(p50=p50, p90=p50 * 1.3))


@given(works, spreads, st.floats(0, 5000))
def test_it_never_lands_in_the_past_and_at_worst_no_sooner_than_at_even_odds(given_, spread, went):
    found = expected(SoFar(given_, start=1000, now=1000 + went, forecast=spread))

    assert found.at is not None
    assert found.late is not None
    assert 1000 + went <= found.at <= found.late


@given(works, spreads)
def test_when_all_is_done_it_lands_now(given_, spread):
    over = [replace(one, done=True, seconds=one.seconds + 1) for one in given_]
    found = expected(SoFar(over, start=0, now=100, forecast=spread))

    assert found.at is not None
    assert abs(found.at - 100) < 1e-6
