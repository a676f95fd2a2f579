"""When a gate is looked at next."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.formula.plan import PlannedGate
from gastown.gates.due import next_look
from gastown.gates.judge import TYPES
from gastown.gates.record import Escalation, GateRecord, Sight

OPENED = datetime(2026, 1, 29, 9, 0, 0, 250_000, tzinfo=UTC)
TICK = datetime(2026, 1, 29, 9, 1, tzinfo=UTC)


def record(kind="human", await_id="", timeout_s=None, **more: Any):
    gate = PlannedGate(type=kind, await_id=await_id, timeout_s=timeout_s)
    return GateRecord(opened=OPENED, gate=gate, key="k", molecule="m", **more)


def test_for_a_person_alone_nobody_looks():
    assert next_look([record()], OPENED, 60) is None
    assert next_look([], OPENED, 60) is None


def test_a_timer_is_looked_at_when_it_ends():
    assert next_look([record("timer", "10s")], OPENED, 60) == OPENED.replace(
        second=11, microsecond=0
    )


def test_a_timeout_is_looked_at_until_a_person_was_told():
    told = Escalation(at=OPENED, reason="late")

    assert next_look([record(timeout_s=10)], OPENED, 60) is not None
    assert next_look([record(timeout_s=10, escalated=told)], OPENED, 60) is None


def test_what_github_says_is_asked_every_so_often_and_less_often_once_a_person_was_told():
    told = Escalation(at=OPENED, reason="it failed")

    assert next_look([record("gh:run")], OPENED, 60) == TICK
    assert next_look([record("gh:run", escalated=told)], OPENED, 60) == TICK + timedelta(minutes=9)


def test_githubs_wish_to_be_left_alone_is_kept():
    wish = Sight(wait_until=TICK + timedelta(seconds=1))

    assert next_look([record("gh:pr", sight=wish)], OPENED, 60) == TICK + timedelta(minutes=1)


def test_the_nearest_of_several_is_taken():
    gates = [record("gh:pr"), record("timer", "10s"), record()]

    assert next_look(gates, OPENED, 60) == OPENED.replace(second=11, microsecond=0)


@settings(max_examples=100)
@given(
    st.builds(
        record,
        st.sampled_from(TYPES),
        st.sampled_from(["", "10s", "1h"]),
        st.none() | st.integers(min_value=0, max_value=5_000),
    ),
    st.integers(min_value=0, max_value=10_000),
)
def test_a_look_is_never_in_the_past_and_looks_planned_twice_are_one(gate, later):
    now = OPENED + timedelta(seconds=later)
    soon = now + timedelta(microseconds=1)
    planned = next_look([gate], now, 60)

    assert planned is None or planned >= now
    if planned is not None and planned > soon:
        assert next_look([gate], soon, 60) == planned
