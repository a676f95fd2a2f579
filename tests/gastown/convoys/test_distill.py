"""Distill: a formula made of a plan gives that plan again."""

from gastown.convoys.distill import of_plan
from gastown.formula.parse import parse_formula
from gastown.formula.written import written
from tests.gastown.formula.baked import baked, needs

GATED = """
vars = { repo = "o/r" }
[[steps]]
id = "build"
labels = ["of:{{repo}}"]
metadata = { review_only = true, where = ["{{repo}}"] }
[[steps]]
id = "ship"
needs = ["build"]
gate = { type = "gh:pr", await_id = "{{repo}}#7", timeout = "1h" }
[[steps]]
id = "tell"
needs = ["ship"]
gate = { type = "timer", timeout = "5m" }
[[steps]]
id = "ask"
needs = ["tell"]
interactive = true
[[compose.gate]]
before = "tell"
condition = "build.status == closed"
"""


def test_gates_are_gates_again_and_no_step_is_added():
    plan = baked(GATED)
    again = parse_formula(written(of_plan("f", plan, {"repo": "o/r"})), "f.formula.toml")
    baked_again = baked(written(again).partition("\n")[2])

    assert {key: set(one) for key, one in needs(baked_again).items()} == {
        key: set(one) for key, one in needs(plan).items()
    }
    gates = {step.key: step.gate for step in plan.steps}
    assert {step.key: step.gate for step in baked_again.steps} == gates


def test_names_stand_in_labels_metadata_and_gates_too():
    build, ship = of_plan("f", baked(GATED), {"repo": "o/r"}).steps[:2]

    assert build.labels == ("of:{{repo}}",)
    assert build.metadata == {"review_only": True, "where": ["{{repo}}"]}
    assert ship.gate
    assert ship.gate.await_id == "{{repo}}#7"


def test_a_gate_of_a_parent_holds_back_its_first_children_alone():
    text = """
[[steps]]
id = "p"
gate = { type = "bead", await_id = "hq-1" }
children = [{ id = "a" }, { id = "b", needs = ["a"] }]
[[steps]]
id = "z"
needs = ["p"]
"""
    steps = {step.id: step for step in of_plan("f", baked(text), {}).steps}

    assert steps.keys() == {"a", "b", "z"}
    assert steps["a"].gate
    assert steps["z"].gate is None
