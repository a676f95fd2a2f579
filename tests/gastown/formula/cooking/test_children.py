"""Children: a parent is the join of its children, and what it needs its first children need."""

from tests.gastown.formula.baked import baked, needs, refused
from tests.gastown.formula.given import TOWN

FAMILY = """
[[steps]]
id = "before"
[[steps]]
id = "P"
title = "family"
type = "parallel"
needs = ["before"]
[[steps.children]]
id = "first"
[[steps.children]]
id = "second"
needs = ["first"]
[[steps.children]]
id = "Q"
needs = ["first"]
[[steps.children.children]]
id = "inner"
[[steps.children.children]]
id = "last"
needs = ["inner", "second"]
[[steps]]
id = "after"
needs = ["P"]
[[steps]]
id = "aside"
needs = ["second"]
"""


def test_a_parent_closes_after_its_children_which_begin_after_what_it_needs():
    assert needs(baked(FAMILY)) == {
        "before": (),
        "first": ("before",),
        "second": ("first",),
        "inner": ("first",),
        "last": ("inner", "second"),
        "Q": ("first", "inner", "last"),
        "P": ("before", "first", "second", "Q"),
        "after": ("P",),
        "aside": ("second",),
    }


def test_a_parent_runs_nothing_and_knows_its_members():
    plan = baked(FAMILY)
    parent = plan.by_key["P"]

    assert (parent.kind, parent.title, parent.type) == ("join", "family", "parallel")
    assert parent.members == ("first", "second", "Q")
    assert plan.by_key["Q"].members == ("inner", "last")
    parents = {step.key: step.parent for step in plan.steps if step.parent}
    assert parents == {"first": "P", "second": "P", "Q": "P", "inner": "Q", "last": "Q"}


def test_a_parent_that_drops_out_takes_its_children_and_hands_on_what_all_of_them_needed():
    text = """
[vars]
on = "no"
[[steps]]
id = "x"
[[steps]]
id = "y"
[[steps]]
id = "P"
needs = ["x"]
condition = "{{on}}"
[[steps.children]]
id = "c"
needs = ["y"]
[[steps]]
id = "d"
needs = ["P"]
[[steps]]
id = "e"
needs = ["c"]
"""
    assert needs(baked(text)) == {"x": (), "y": (), "d": ("x", "y"), "e": ("y", "x")}
    assert needs(baked(text, on="yes"))["d"] == ("P",)


def test_a_child_that_drops_out_hands_on_what_its_parent_needed():
    text = """
[[steps]]
id = "x"
[[steps]]
id = "P"
needs = ["x"]
[[steps.children]]
id = "c"
condition = "{{on}}"
[[steps.children]]
id = "d"
[[steps]]
id = "e"
needs = ["c"]
"""
    assert needs(baked(text))["e"] == ("x",)


def test_a_parent_that_is_fanned_out_has_a_family_in_each_place():
    text = """
[[steps]]
id = "P"
each = "rigs"
[[steps.children]]
id = "c"
[[steps.children]]
id = "d"
each = "rigs"
needs = ["c"]
[[steps]]
id = "after"
each = "beads"
needs = ["P"]
"""
    plan = baked(text, scope=TOWN)

    assert plan.by_key["P[api]"].members == ("c[api]", "d[api]")
    assert plan.by_key["P[game]"].needs == ("c[game]", "d[game]")
    assert plan.by_key["d[game]"].needs == ("c[game]",)
    assert plan.by_key["d[game]"].parent == "P[game]"
    assert plan.by_key["after[g-1]"].needs == ("P[game]", "after[a-1]")


def test_children_may_be_fanned_out_under_a_parent_that_is_not():
    text = '[[steps]]\nid = "P"\n[[steps.children]]\nid = "c"\neach = "rigs"\n'
    plan = baked(text, scope=TOWN)

    assert plan.by_key["P"].members == ("c[api]", "c[game]")
    assert plan.by_key["P"].needs == ("c[api]", "c[game]")


def test_a_parent_whose_children_find_nothing_to_fan_out_over_closes_by_itself():
    text = """
[vars.tags]
type = "list"
[[steps]]
id = "x"
[[steps]]
id = "P"
needs = ["x"]
[[steps.children]]
id = "c"
each = "tags"
"""
    plan = baked(text)

    assert plan.by_key["P"].needs == ("x",)
    assert plan.by_key["P"].members == ()


def test_a_family_is_fanned_out_in_one_way():
    text = '[[steps]]\nid = "P"\neach = "rigs"\n[[steps.children]]\nid = "c"\neach = "beads"\n'

    assert "steps.c.each: 'beads', but P around it says 'rigs'" in refused(text, scope=TOWN)


def test_an_until_loop_stands_in_no_family_that_is_fanned_out():
    text = """
[[steps]]
id = "P"
each = "rigs"
[[steps.children]]
id = "L"
[steps.children.loop]
until = "step.status == closed"
max = 2
[[steps.children.loop.body]]
id = "a"
"""
    assert "steps.L.loop: an until loop can't be fanned out" in refused(text)


def test_two_steps_of_one_id_are_refused_wherever_they_come_from():
    text = '[[steps]]\nid = "L.iter1.a"\n[[steps]]\nid = "L"\n[steps.loop]\ncount = 1\n'

    said = refused(text + '[[steps.loop.body]]\nid = "a"\n')

    assert "steps.L.iter1.a: there are 2 steps of this id once all is put together" in said
