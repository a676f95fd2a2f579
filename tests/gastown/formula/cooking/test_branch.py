"""Branch: steps side by side between two others."""

from tests.gastown.formula.baked import baked, needs, refused

STEPS = """
[vars]
on = "yes"
[[steps]]
id = "start"
[[steps]]
id = "a"
[[steps]]
id = "b"
condition = "{{on}}"
[[steps]]
id = "end"
[[compose.branch]]
from = "start"
steps = ["a", "b"]
join = "end"
"""


def test_each_step_needs_the_start_and_the_end_needs_each_step():
    assert needs(baked(STEPS)) == {
        "start": (),
        "a": ("start",),
        "b": ("start",),
        "end": ("a", "b"),
    }


def test_a_step_that_drops_out_is_passed_over():
    assert needs(baked(STEPS, on="no")) == {"start": (), "a": ("start",), "end": ("a",)}


def test_without_any_step_left_the_end_needs_the_start():
    text = STEPS.replace('steps = ["a", "b"]', 'steps = ["b"]')

    assert needs(baked(text, on="no"))["end"] == ("start",)


def test_branches_reach_children_and_rounds():
    text = """
[[steps]]
id = "start"
[[steps]]
id = "P"
[[steps.children]]
id = "c"
[[steps]]
id = "L"
[steps.loop]
count = 2
[[steps.loop.body]]
id = "x"
[[steps]]
id = "end"
[[compose.branch]]
from = "start"
steps = ["c", "L"]
join = "end"
"""
    plan = needs(baked(text))

    assert plan["c"] == ("start",)
    assert plan["L.iter1.x"] == ("start",)
    assert plan["end"] == ("c", "L")


def test_steps_that_are_not_there_are_said_together():
    said = refused(STEPS.replace('"start"\nsteps = ["a", "b"]', '"strat"\nsteps = ["a", "q"]'))

    assert "strat" in said
    assert "'q'" in said


def test_a_branch_that_goes_in_a_circle_is_refused_with_the_chain():
    text = STEPS.replace('id = "start"', 'id = "start"\nneeds = ["end"]')

    assert "a cycle: start → end → a → start" in refused(text)


def test_a_gate_before_a_step_of_a_branch_or_its_join_is_asked_no_earlier_than_the_step():
    text = STEPS.replace('id = "a"', 'id = "a"\ngate = {type = "timer", timeout = "1h"}').replace(
        'id = "end"', 'id = "end"\ngate = {type = "human"}'
    )
    found = needs(baked(text))

    assert found["a.gate-timer"] == ("start",)
    assert found["end.gate-human"] == ("a", "b")
    assert found["end"] == ("end.gate-human", "a", "b")
