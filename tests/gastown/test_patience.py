"""How long an outage is waited with: laws, and the words that a person reads."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.patience import ALARM_S, FIRST_S, LONGEST_S, GiveUp, Moment, Wait, patience_with

NOON = datetime(2026, 1, 29, 14, 20, tzinfo=UTC)
HEAP = "origin of heap cannot be reached"


def at(seconds: float) -> Moment:
    return Moment(seconds, NOON + timedelta(seconds=seconds))


def tries(patience_s: float, lasts: float = 0.0) -> tuple[list[Wait], GiveUp]:
    """All waits of an outage that never ends, each try of which takes a while, and their end."""
    waits = list[Wait]()
    found = patience_with(HEAP, None, at(0), patience_s)
    while isinstance(found, Wait):
        waits.append(found)
        found = patience_with(HEAP, found, at(found.again + lasts), patience_s)
    return waits, found


@given(patience_s=st.floats(0, 10_000), lasts=st.floats(0, LONGEST_S))
@settings(max_examples=50)
def test_waits_grow_up_to_the_longest_and_end_with_the_patience(patience_s, lasts):
    waits, _ = tries(patience_s, lasts)
    pauses = [b.again - a.again - lasts for a, b in pairwise(waits)]

    assert all(one.until == patience_s for one in waits)
    assert all(0 <= pause <= LONGEST_S + 1e-6 for pause in pauses)
    assert all(a <= b + 1e-6 for a, b in pairwise(pauses[:-1]))


def test_the_reason_names_what_is_away_and_both_times():
    first = patience_with(HEAP, None, at(0))
    assert isinstance(first, Wait)
    assert first.reason == f"{HEAP}; tries again at 14:20:02, gives up at 15:20"
    later = first.model_copy(update={"tries": 20, "again": 1800.0})

    again = patience_with(HEAP, later, at(1800.0))

    assert isinstance(again, Wait)
    assert again.reason == f"{HEAP}; tries again at 14:55, gives up at 15:20"


def test_who_waited_in_vain_says_for_how_long():
    assert tries(3600)[1] == GiveUp(reason=f"{HEAP} for 60 min")


def test_without_patience_the_first_failure_is_the_last():
    assert patience_with(HEAP, None, at(5), 0) == GiveUp(reason=HEAP)


def test_another_outage_or_one_after_a_long_time_of_work_begins_anew():
    first = patience_with(HEAP, None, at(0))
    assert isinstance(first, Wait)

    other = patience_with("the disk at /srv is full", first, at(first.again))
    later = patience_with(HEAP, first, at(first.again + LONGEST_S + 1))

    assert isinstance(other, Wait)
    assert isinstance(later, Wait)
    assert (other.tries, later.tries) == (1, 1)
    assert later.again - later.since == FIRST_S


def test_a_person_hears_of_it_only_when_it_lasts():
    waits, _ = tries(3600)
    called = [one.again - one.since for one in waits if one.alarms]
    quiet = [one.again - one.since for one in waits if not one.alarms]

    assert min(called) >= ALARM_S > max(quiet)
