"""What is said of gates."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.formula.duration import seconds
from gastown.formula.plan import Plan, PlannedGate, PlannedStep
from gastown.gates.words import length, question, waits_for


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


def test_a_gate_asks_in_its_own_words_else_in_those_of_the_step_behind_it():
    gate = PlannedStep(key="g", step="s", title="human before Ship it", kind="gate")
    ship = PlannedStep(key="s", step="s", title="Ship it", needs=("g",), description="To all.")
    plan = Plan(formula="f", digest="d", steps=(gate, ship))

    assert question(plan, "g") == "**human before Ship it**\n\nTo all."
    own = plan.model_copy(
        update={"steps": (gate.model_copy(update={"description": "Ready?"}), ship)}
    )
    assert question(own, "g") == "**human before Ship it**\n\nReady?"
