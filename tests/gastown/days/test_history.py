"""What a day's ledger tells: each fact once, on the day on which it happened."""

from datetime import date, timedelta, timezone

from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.beads.bead import Bead
from gastown.convoys.course import escalation
from gastown.days.history import History, window_of
from tests.gastown.days.days import BEFORE, NOON, a_bead, attempt, closed, convoy, molecule

DAY = window_of(date(2026, 1, 29), NOON.tzinfo)
RIGS = {"ga": "garden"}


def history(*beads: Bead) -> History:
    return History.of(beads, RIGS)


def merged(found: History):
    return found.merged(DAY, lambda _rig, _commit: True)


def test_a_bead_closed_with_a_commit_was_merged_and_names_its_convoy_and_rounds():
    steps = molecule("hq-mol-1", "hq-cv-1", {"bead": "ga-1", "round": 2, "status": "closed"})

    (one,) = merged(history(closed("ga-1", commit="c" * 40), convoy("hq-cv-1", "ga-1"), *steps))

    assert (one.bead, one.rig, one.convoy, one.rounds) == ("ga-1", "garden", "hq-cv-1", 2)


def test_a_bead_closed_without_a_commit_was_closed_by_hand():
    found = history(closed("ga-1", close_reason="not wanted"))

    assert merged(found) == ()
    assert [(one.bead, one.why) for one in found.closed(DAY)] == [("ga-1", "not wanted")]


def test_the_days_before_and_after_are_not_told():
    found = history(
        closed("ga-1", BEFORE, "c"), closed("ga-2", NOON + timedelta(days=1), "c"), a_bead("ga-3")
    )

    assert merged(found) == found.closed(DAY) == ()
    assert found.opened("garden", DAY) == 0
    assert found.left_open("garden") == 1


def test_a_convoy_that_was_given_up_did_not_land():
    landed = {"status": "closed", "closed_at": NOON}
    one = convoy("hq-cv-1", "ga-1", "ga-2", close_reason="landed: 2 beads merged", **landed)
    other = convoy("hq-cv-2", close_reason="dropped: given up", **landed)

    assert [(c.convoy, c.beads) for c in history(one, other).landed(DAY)] == [("hq-cv-1", 2)]


def test_a_failure_stands_until_its_step_is_closed():
    failures = [attempt(NOON, "3 tests are red")]
    steps = molecule(
        "hq-mol-1", "hq-cv-1",
        {"failures": failures, "rig": "garden"}, {"failures": failures, "status": "closed"},
    )  # fmt: skip

    told = history(*steps).troubles(DAY)

    assert [(one.step, one.standing, one.kind) for one in told] == [
        ("work[1]", True, "failed"), ("work[2]", False, "failed"),
    ]  # fmt: skip
    assert {one.convoy for one in told} == {"hq-cv-1"}
    assert told[0].at == NOON


def test_a_bead_that_used_up_its_rounds_is_escalated():
    steps = molecule("hq-mol-1", "hq-cv-1", {"failures": [attempt(NOON, escalation(3, ("no",)))]})

    assert [one.kind for one in history(*steps).troubles(DAY)] == ["escalated"]


def test_an_attempt_for_which_there_was_no_room_is_no_failure():
    steps = molecule("hq-mol-1", "c", {"failures": [attempt(NOON, "busy", verdict="skipped")]})

    assert history(*steps).troubles(DAY) == ()


def test_a_review_of_the_day_that_sent_work_back_is_told():
    review = attempt(NOON, "sent back: no types", verdict="rework", round=2)
    steps = molecule("hq-mol-1", "hq-cv-1", {"reviews": [review], "bead": "ga-1"})

    (one,) = history(*steps).sent_back(DAY)

    assert (one.bead, one.round, one.at) == ("ga-1", 2, NOON)


ZONES = st.integers(-12, 14).map(lambda hours: timezone(timedelta(hours=hours)))


@settings(max_examples=50)
@given(ZONES, st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_days_follow_each_other_without_gap_or_overlap(zone, day):
    window, following = window_of(day, zone), window_of(day + timedelta(days=1), zone)

    assert window.end == following.start
    assert not window.holds(window.end)
    assert following.holds(window.end)
