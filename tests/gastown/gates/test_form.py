"""What a person is asked beside yes or no, and what becomes of the answer."""

import pytest

from gastown.errors import LedgerError
from gastown.formula.plan import Plan, PlannedGate, PlannedStep
from gastown.formula.var import Var
from gastown.gates.form import form_of, output_of, question

FORM = {
    "version": Var(required=True, pattern=r"^\d+\.\d+$"),
    "count": Var(type="int"),
    "loud": Var(type="bool", default="false"),
    "level": Var(enum=("low", "high"), default="low"),
    "tags": Var(type="list"),
}


def plan_of(gate_metadata, step_metadata):
    gate = PlannedStep(
        key="ship.gate-human",
        step="ship.gate-human",
        title="ship?",
        kind="gate",
        gate=PlannedGate(type="human"),
        metadata=gate_metadata,
    )
    ship = PlannedStep(
        key="ship", step="ship", title="ship", needs=(gate.key,), metadata=step_metadata
    )
    return Plan(formula="f", digest="d", steps=(gate, ship))


def test_the_output_holds_each_field_in_its_own_type():
    said = output_of(FORM, "go", {"version": "1.2", "count": "3", "loud": True, "tags": "a, b"})

    assert said == {
        "approved": True,
        "answer": "go",
        "version": "1.2",
        "count": 3,
        "loud": True,
        "level": "low",
        "tags": ["a", "b"],
    }


def test_everything_that_is_wrong_is_said_at_once():
    with pytest.raises(LedgerError) as refused:
        output_of(FORM, "", {"count": "many", "level": "middling", "speed": "9"})

    for word in ("version: is missing", "count: 'many'", "level: 'middling'", "speed: the form"):
        assert word in str(refused.value)


def test_a_gate_asks_what_its_step_or_the_step_behind_it_says():
    own = form_of(plan_of({"form": {"a": {}}}, {"form": {"b": {}}}), "ship.gate-human")
    behind = form_of(plan_of({}, {"form": {"b": {"enum": ["x"]}}}), "ship.gate-human")

    assert set(own) == {"a"}
    assert behind["b"].enum == ("x",)
    assert form_of(plan_of({}, {}), "ship.gate-human") == {}


@pytest.mark.parametrize("form", [{"decision": {}}, {"a b": {}}, {"x": {"shape": 1}}, "text"])
def test_a_table_that_is_no_form_is_refused_with_its_place(form):
    with pytest.raises(LedgerError, match=r"ship\.gate-human: metadata\.form"):
        form_of(plan_of({"form": form}, {}), "ship.gate-human")


def test_a_gate_asks_in_its_own_words_else_in_those_of_the_step_behind_it():
    gate = PlannedStep(key="g", step="s.gate-human", title="human before Ship it", kind="gate")
    ship = PlannedStep(key="s", step="s", title="Ship it", needs=("g",), description="To all.")
    plan = Plan(formula="f", digest="d", steps=(gate, ship))

    assert question(plan, "g") == "**human before Ship it**\n\nTo all."
    own = plan.model_copy(
        update={"steps": (gate.model_copy(update={"description": "Ready?"}), ship)}
    )
    assert question(own, "g") == "**human before Ship it**\n\nReady?"
