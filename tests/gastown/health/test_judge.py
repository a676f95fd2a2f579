"""Thinking, waiting, working, stuck and dead are told apart by facts."""

from dataclasses import replace
from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.health.judge import Sight, judge
from gastown.signs import State
from gastown.town.tables.health import HealthTable
from tests.gastown.health.bodies import pulse_of

TABLE = HealthTable()
RANK = {"working": 0, "thinking": 0, "waiting": 0, "stuck": 1, "dead": 2}
QUIET = {"working", "thinking", "waiting"}
states = st.sampled_from(get_args(State))
seconds = st.floats(0, 100_000)
LIVES = st.sampled_from(["alive", "gone", "unknown"])


@st.composite
def sights(draw, life=LIVES, beat=seconds):
    beat_s = draw(beat)
    return Sight(
        life=draw(life),
        silence_s=beat_s + draw(seconds),
        beat_s=beat_s,
        over_s=draw(st.none() | st.floats(-100_000, 100_000)),
        command=draw(st.booleans()),
        computes=draw(st.booleans()),
    )


def kind(state, sight, beat_s=15.0):
    return judge(pulse_of(state=state, beat_s=beat_s), sight, TABLE).kind


def beating(silence_s, over_s=None, *, command=False):
    return Sight("alive", silence_s, 3.0, over_s, command)


def test_a_session_that_was_just_heard_of_works_or_thinks():
    found = {state: kind(state, beating(4)) for state in get_args(State)}

    assert found == {
        "idle": "working",
        "thinking": "thinking",
        "streaming": "thinking",
        "tool": "working",
        "waiting": "waiting",
    }


def test_silence_beyond_what_explains_it_is_stuck():
    assert kind("idle", beating(300)) == "stuck"
    assert kind("thinking", beating(2000, over_s=1)) == "stuck"
    assert kind("tool", beating(300)) == "stuck"


def test_a_model_may_think_for_hours_within_its_own_limit():
    assert kind("thinking", beating(7200, over_s=-1)) == "thinking"


def test_our_own_code_may_compute_for_an_hour_without_a_sign():
    def after(seconds):
        return Sight("alive", seconds, 3, computes=True)

    assert [kind("tool", after(3599)), kind("tool", after(3600))] == ["working", "stuck"]


def test_a_process_that_is_gone_is_dead_whatever_it_last_noted():
    assert {kind(state, Sight("gone", 1, 0)) for state in get_args(State)} == {"dead"}


def test_another_host_is_dead_after_two_missed_beats_and_not_before():
    assert kind("idle", Sight("unknown", 31, 30.1), beat_s=15) == "dead"
    assert kind("idle", Sight("unknown", 30, 30.0), beat_s=15) == "working"


def test_a_process_that_lives_and_beats_no_more_is_stuck_even_if_it_waited():
    assert kind("waiting", Sight("alive", 300, 300)) == "stuck"


def test_the_reason_says_what_was_seen():
    said = judge(pulse_of(state="thinking", what="qwen"), beating(2400, over_s=600), TABLE).reason

    assert said == "thinking qwen: nothing came for 40 min, 10 min beyond its own limit"


@given(sights(life=st.just("alive")))
@settings(max_examples=200)
def test_no_session_that_holds_a_running_command_is_ever_stuck(sight):
    assert kind("tool", replace(sight, command=True)) == "working"


@given(states, sights(life=st.just("alive")), st.floats(0, TABLE.stale_s, exclude_max=True))
@settings(max_examples=200)
def test_no_session_of_which_something_comes_is_ever_stuck(state, sight, silence_s):
    """A token moves the silence back to nothing, and a beat is never older than the silence."""
    heard = replace(sight, silence_s=silence_s, beat_s=min(silence_s, sight.beat_s))

    assert kind(state, heard) in QUIET


@given(sights(life=st.just("alive"), beat=st.floats(0, TABLE.stale_s, exclude_max=True)))
@settings(max_examples=200)
def test_no_session_that_beats_and_waits_for_another_is_ever_stuck(sight):
    assert kind("waiting", sight) == "waiting"


@given(states, sights(), seconds)
@settings(max_examples=500)
def test_with_silence_alone_a_verdict_never_gets_better(state, sight, more):
    over_s = None if sight.over_s is None else sight.over_s + more
    silence_s, beat_s = sight.silence_s + more, sight.beat_s + more
    later = replace(sight, silence_s=silence_s, beat_s=beat_s, over_s=over_s)

    assert RANK[kind(state, sight)] <= RANK[kind(state, later)]


@given(states, sights(life=st.just("alive")))
@settings(max_examples=200)
def test_a_living_process_of_this_host_is_never_called_dead(state, sight):
    assert kind(state, sight) != "dead"
