"""What is said of gates."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.formula.duration import seconds
from gastown.formula.plan import PlannedGate
from gastown.gates.words import length, waits_for


@pytest.mark.parametrize(
    ("span", "said"), [(5_400, "1h 30m"), (172_800, "2d"), (45.9, "45s"), (0, "0s"), (-3, "0s")]
)
def test_a_length_of_time_is_said_by_its_two_largest_units(span, said):
    assert length(span) == said


@settings(max_examples=50)
@given(st.integers(min_value=0, max_value=10_000_000))
def test_what_is_said_of_a_length_is_never_longer_than_it_is(span):
    assert seconds(length(span).replace(" ", "")) <= span


def test_a_gate_says_what_it_waits_for():
    assert waits_for(PlannedGate(type="gh:pr", await_id="#7")) == "a pull request at GitHub: #7"
    assert waits_for(PlannedGate(type="human")) == "a person's word"
