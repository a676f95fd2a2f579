"""Waits: for all children of a step, for any, and for what a step fans out to."""

import pytest

from tests.gastown.formula.baked import baked, needs, refused, shelf
from tests.gastown.formula.given import TOWN

FAMILY = """
[[steps]]
id = "x"
[[steps]]
id = "S"
needs = ["x"]
[[steps.children]]
id = "c"
[[steps.children]]
id = "d"
"""
SPAWNER = """
[[steps]]
id = "S"
[steps.on_complete]
for_each = "output.items"
bond = "g"
"""
INNER = shelf(g='[[steps]]\nid = "do"\n')


def waiting(waits_for: str, more: str = 'needs = ["S"]') -> str:
    return f'[[steps]]\nid = "w"\n{more}\nwaits_for = "{waits_for}"\n'


@pytest.mark.parametrize("form", ["all-children", "children-of(S)", "children-of( S )"])
def test_all_children_are_waited_for_by_the_join_of_their_parent(form: str):
    assert needs(baked(FAMILY + waiting(form)))["w"] == ("S",)


def test_the_spawner_may_be_named_alone():
    assert needs(baked(FAMILY + waiting("children-of(S)", 'needs = ["x"]')))["w"] == ("x", "S")


def test_any_child_is_enough_where_the_join_before_the_step_says_so():
    plan = baked(FAMILY + waiting("any-children", 'needs = ["S", "x"]'))
    first = plan.by_key["w.any"]

    assert (first.kind, first.any_of, first.needs) == ("join", "S", ("x",))
    assert plan.by_key["w"].needs == ("x", "w.any")
    assert plan.by_key["w"].any_of is None


def test_what_a_step_fans_out_to_is_waited_for_by_the_join_behind_it():
    plan = baked(SPAWNER + waiting("all-children"), INNER)

    assert needs(plan) == {"S": (), "S.fanout": ("S",), "w": ("S", "S.fanout")}
    assert plan.by_key["S"].fan_out
    assert plan.by_key["S"].fan_out.join == "S.fanout"


def test_any_of_a_fan_out_still_needs_the_step_that_fans_out():
    plan = baked(SPAWNER + waiting("any-children"), INNER)

    assert plan.by_key["w.any"].any_of == "S.fanout"
    assert plan.by_key["w.any"].needs == ("S",)


@pytest.mark.parametrize("form", ["all-children", "any-children", "children-of(S)"])
def test_a_step_without_children_is_just_needed(form: str):
    assert needs(baked('[[steps]]\nid = "S"\n' + waiting(form))) == {"S": (), "w": ("S",)}


def test_without_a_spawner_there_is_nothing_to_wait_for():
    assert needs(baked(FAMILY + waiting("all-children", "")))["w"] == ()


def test_who_needs_a_step_that_drops_out_waits_for_what_it_waited_for():
    last = '[[steps]]\nid = "z"\nneeds = ["w"]\n'
    plan = baked(
        SPAWNER + waiting("all-children", 'needs = ["S"]\ncondition = "{{on}}"') + last, INNER
    )

    assert needs(plan)["z"] == ("S", "S.fanout")


def test_where_the_spawner_drops_out_what_it_needed_is_waited_for():
    text = FAMILY.replace('needs = ["x"]', 'needs = ["x"]\ncondition = "{{on}}"')
    plan = baked(text + waiting("any-children"))

    assert needs(plan) == {"x": (), "w.any": ("x",), "w": ("w.any",)}
    assert plan.by_key["w.any"].any_of is None


def test_a_spawner_that_is_fanned_out_has_a_join_in_each_place():
    text = SPAWNER.replace('id = "S"', 'id = "S"\neach = "rigs"')
    plan = baked(text + waiting("all-children"), INNER, TOWN)

    assert plan.by_key["S[api]"].fan_out
    assert plan.by_key["S[api]"].fan_out.join == "S.fanout[api]"
    assert plan.by_key["S.fanout[api]"].needs == ("S[api]",)
    assert set(plan.by_key["w"].needs) == {"S[api]", "S[game]", "S.fanout[api]", "S.fanout[game]"}


def test_any_child_of_several_joins_can_not_be_told():
    text = SPAWNER.replace('id = "S"', 'id = "S"\neach = "rigs"')

    said = refused(text + waiting("any-children"), INNER, TOWN)

    assert "steps.w.any: waits for any of S.fanout, but S.fanout is 2 steps" in said


def test_what_stands_after_by_advice_is_waited_for_before_the_fan_out_closes():
    advice = '[[advice]]\ntarget = "S"\n[[advice.after]]\nid = "{step.id}-scan"\ntitle = "scan"\n'
    plan = baked(advice + SPAWNER, INNER)

    assert set(needs(plan)["S.fanout"]) == {"S", "S-scan"}


def test_a_step_of_its_own_output_has_no_children_loop_or_expansion():
    text = SPAWNER + '[[steps.children]]\nid = "c"\n'

    assert "steps.S.on_complete: a step with children has no output of its own" in refused(
        text, INNER
    )


def test_what_is_fanned_out_to_is_judged_before_anything_runs():
    text = SPAWNER + 'vars = {waht = "{item}"}\n'
    bond = shelf(g='[vars.what]\nrequired = true\n[[steps]]\nid = "do"\ntitle = "{{what}}"\n')

    said = refused(text, bond)

    assert "steps.S.on_complete: g has no variable waht; did you mean what?" in said
    assert "steps.S.on_complete: g needs a value of what; write it in vars" in said
    assert "no formula 'g'" in refused(text)
