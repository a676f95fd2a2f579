"""A nudge, then a recycling, then a person; never more than three recyclings of a step."""

from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.health.judge import Verdict
from gastown.health.respond import History, after, respond
from gastown.town.tables.health import HealthTable

TABLE = HealthTable()
kinds = st.sampled_from(["working", "thinking", "waiting", "stuck", "dead"])
ALARMS = {"nudge", "recycle", "escalate"}


def stuck(silence_s, session="a/1"):
    return Verdict(session, "stuck", silence_s, "silent")


def answer(verdict, history):
    """What is done about it, and the history after that."""
    response = respond(verdict, history, TABLE)
    return response.action, after(response, verdict.session, history)


def test_a_stuck_session_is_nudged_once_and_recycled_when_its_silence_goes_on():
    first, history = answer(stuck(300), History())
    second, history = answer(stuck(600), history)
    third, history = answer(stuck(900), history)

    assert [first, second, third] == ["nudge", "leave", "recycle"]
    assert history.recycles == 1


def test_a_patrol_that_comes_late_nudges_first():
    assert answer(stuck(5000), History())[0] == "nudge"


def test_after_three_recyclings_a_person_is_asked_once():
    spent = History(recycles=3, nudged="a/4")
    first, history = answer(stuck(900, "a/4"), spent)

    assert first == "escalate"
    assert answer(stuck(5000, "a/4"), history)[0] == "leave"


def test_the_dead_are_buried():
    action, history = answer(Verdict("a/1", "dead", 9, "gone"), History())

    assert (action, history.deaths, history.recycles) == ("bury", 1, 0)


@given(kinds.filter(lambda kind: kind != "stuck"), st.floats(0, 1e6))
@settings(max_examples=100)
def test_of_who_is_not_stuck_nothing_is_asked(kind, silence_s):
    action, history = answer(Verdict("a/1", kind, silence_s, ""), History())

    assert action not in ALARMS
    assert history.recycles == 0


@given(st.lists(st.tuples(kinds, st.floats(0, 1e6), st.booleans()), max_size=60))
@settings(max_examples=200)
def test_whatever_happens_a_step_is_recycled_at_most_three_times(happenings):
    history, session, done = History(), 1, []
    for kind, silence_s, lives_on in happenings:
        action, history = answer(Verdict(f"a/{session}", kind, silence_s, ""), history)
        done.append(action)
        session += action in {"recycle", "bury"} and not lives_on

    assert done.count("recycle") <= 3
    assert history.recycles == done.count("recycle")


@given(st.lists(st.floats(300, 1e6), max_size=30))
@settings(max_examples=100)
def test_every_recycling_and_every_escalation_comes_after_a_nudge_of_that_session(silences):
    history, session, nudged = History(), 1, set[int]()
    for silence_s in silences:
        action, history = answer(stuck(silence_s, f"a/{session}"), history)
        if action == "nudge":
            nudged.add(session)
        if action in {"recycle", "escalate"}:
            assert session in nudged
        session += action == "recycle"
