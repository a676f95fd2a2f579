"""Boot wakes the Deacon by facts, and asks only where they do not decide."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.health.triage import Facts, triage
from gastown.town.tables.health import HealthTable

TABLE = HealthTable()
few = st.integers(0, 3)
facts = st.builds(
    Facts,
    age_s=st.none() | st.floats(0, 10_000),
    sessions=few,
    acts=few,
    doubtful=few,
    mail=few,
)


def call(age_s, **more: Any):
    return triage(Facts(age_s, **{"sessions": 1, **more}), TABLE).call


def test_a_deacon_that_looked_within_five_minutes_is_left_alone():
    assert call(299, acts=1, mail=1) == "wait"


def test_one_that_did_not_for_fifteen_or_never_is_woken():
    assert call(900) == "wake"
    assert call(None) == "wake"


def test_between_them_mail_or_a_session_that_needs_it_wakes_it():
    assert [call(600), call(600, mail=1), call(600, acts=1)] == ["wait", "wake", "wake"]


def test_a_model_is_asked_only_of_a_silence_that_is_explained():
    assert call(600, doubtful=1) == "ask"
    assert call(600, doubtful=1, mail=1) == "wake"
    assert call(900, doubtful=1) == "wake"


def test_where_nobody_is_at_work_nobody_is_woken():
    assert triage(Facts(None), TABLE).call == "wait"


@given(facts)
@settings(max_examples=200)
def test_a_model_is_never_asked_where_nothing_is_doubtful(found):
    if triage(found, TABLE).call == "ask":
        assert found.doubtful
        assert found.sessions
        assert found.age_s is not None
        assert TABLE.stale_s <= found.age_s < TABLE.stuck_s
