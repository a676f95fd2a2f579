"""Loops: rounds behind each other, what goes into the first and comes out of the last."""

import pytest

from gastown.formula.cooking.ranges import MOST
from tests.gastown.formula.baked import baked, needs, refused, shelf

BODY = """
[[steps.loop.body]]
id = "a"
title = "a of {i}"
[[steps.loop.body]]
id = "b"
needs = ["a"]
"""
LOOP = f"""
[[steps]]
id = "before"
[[steps]]
id = "L"
needs = ["before"]
[steps.loop]
range = "5..6"
var = "i"
{BODY}
[[steps]]
id = "after"
needs = ["L"]
"""


def test_rounds_stand_behind_each_other_between_what_the_loop_needs_and_what_needs_it():
    assert needs(baked(LOOP)) == {
        "before": (),
        "L.iter1.a": ("before",),
        "L.iter1.b": ("L.iter1.a",),
        "L.iter2.a": ("L.iter1.b",),
        "L.iter2.b": ("L.iter2.a",),
        "L": ("before", "L.iter2.b"),
        "after": ("L",),
    }


def test_a_loop_is_the_join_of_all_its_rounds():
    plan = baked(LOOP)
    join = plan.by_key["L"]

    assert (join.kind, join.loop) == ("join", None)
    assert join.members == ("L.iter1.a", "L.iter1.b", "L.iter2.a", "L.iter2.b")
    assert all(plan.by_key[key].parent == "L" for key in join.members)


def test_the_counter_is_the_number_of_the_range_and_the_id_counts_from_one():
    plan = baked(LOOP)

    assert plan.by_key["L.iter1.a"].title == "a of 5"
    assert plan.by_key["L.iter2.a"].title == "a of 6"


def test_the_counter_is_told_in_every_text_of_the_body_at_any_depth():
    plan = baked(
        """
[vars]
i = "outer"
[[steps]]
id = "L"
[steps.loop]
count = 1
var = "i"
[[steps.loop.body]]
id = "P"
title = "{i} {{i}} {j}"
[[steps.loop.body.children]]
id = "c"
title = "child {i}"
description = "{i}"
notes = "{i}"
acceptance = "{i}"
design = "{i}"
labels = ["l{i}"]
assignee = "who{i}"
role = "r{i}"
metadata = {deep = ["{i}", {inner = "{i}"}]}
[steps.loop.body.children.gate]
type = "bead"
await_id = "api-{i}"
timeout = "{i}h"
"""
    )
    child, gate = plan.by_key["L.iter1.c"], plan.by_key["L.iter1.c.gate-api-1"]

    assert plan.by_key["L.iter1.P"].title == "1 outer {j}"
    texts = (child.description, child.notes, child.acceptance, child.design)
    assert (child.title, *texts) == ("child 1", "1", "1", "1", "1")
    assert (child.labels, child.assignee, child.role) == (("l1",), "who1", "r1")
    assert child.metadata == {"deep": ["1", {"inner": "1"}]}
    assert gate.gate
    assert (gate.gate.await_id, gate.gate.timeout_s) == ("api-1", 3600)


def test_a_count_is_an_expression_with_variables():
    text = '[vars]\nn = "1"\n[[steps]]\nid = "L"\n[steps.loop]\ncount = "{n}+1"\n' + BODY

    assert len(baked(text).by_key["L"].members) == 4
    assert len(baked(text, n="3").by_key["L"].members) == 8


def test_a_condition_in_the_body_may_ask_for_the_round():
    plan = baked(
        """
[vars]
skip = "2"
[[steps]]
id = "L"
[steps.loop]
count = 3
var = "i"
[[steps.loop.body]]
id = "a"
[[steps.loop.body]]
id = "b"
condition = "{{skip}} != {i}"
needs = ["a"]
"""
    )

    assert needs(plan)["L.iter3.a"] == ("L.iter2.a",)
    assert "L.iter2.b" not in plan.by_key


def test_a_round_of_which_nothing_is_left_is_passed_through():
    plan = baked(
        """
[vars]
skip = "2"
[[steps]]
id = "L"
[steps.loop]
count = 3
var = "i"
[[steps.loop.body]]
id = "a"
condition = "{{skip}} != {i}"
"""
    )

    assert needs(plan) == {"L.iter1.a": (), "L.iter3.a": ("L.iter1.a",), "L": ("L.iter3.a",)}


NESTED = """
[[steps]]
id = "out"
[[steps]]
id = "L"
[steps.loop]
count = 2
var = "i"
[[steps.loop.body]]
id = "a"
[[steps.loop.body]]
id = "M"
needs = ["a"]
[steps.loop.body.loop]
range = "1..{i}"
var = "j"
[[steps.loop.body.loop.body]]
id = "x"
title = "{i}{j}"
needs = ["a", "out"]
[[steps.loop.body.loop.body]]
id = "a"
"""


def test_loops_nest_and_ids_mean_what_is_nearest():
    """The inner `a` hides the outer one; what is written outside stays what it is."""
    plan = baked(NESTED)

    assert needs(plan) == {
        "out": (),
        "L.iter1.a": (),
        "L.iter1.M.iter1.a": ("L.iter1.a",),
        "L.iter1.M.iter1.x": ("L.iter1.M.iter1.a", "out"),
        "L.iter1.M": ("L.iter1.a", "L.iter1.M.iter1.x"),
        "L.iter2.a": ("L.iter1.M",),
        "L.iter2.M.iter1.a": ("L.iter2.a",),
        "L.iter2.M.iter1.x": ("L.iter2.M.iter1.a", "out"),
        "L.iter2.M.iter2.a": ("L.iter2.M.iter1.x",),
        "L.iter2.M.iter2.x": ("L.iter2.M.iter2.a", "out"),
        "L.iter2.M": ("L.iter2.a", "L.iter2.M.iter2.x"),
        "L": ("L.iter2.M",),
    }
    assert plan.by_key["L.iter2.M.iter1.x"].title == "21"


def test_a_body_is_fanned_out_as_a_step_is():
    text = LOOP.replace('id = "a"\n', 'id = "a"\neach = "rigs"\n')

    assert needs(baked(text))["L.iter1.b"] == ("L.iter1.a[api]",)


def test_of_an_until_loop_the_first_round_is_planned_and_the_join_knows_the_body():
    text = '[vars]\nn = "3"\n[[steps]]\nid = "L"\n[steps.loop]\nvar = "i"\nmax = "{n}"\n'
    plan = baked(f'{text}until = "b.output.ok == true"\n{BODY}')
    join = plan.by_key["L"]

    assert needs(plan) == {"L.iter1.a": (), "L.iter1.b": ("L.iter1.a",), "L": ("L.iter1.b",)}
    assert plan.by_key["L.iter1.a"].title == "a of 1"
    assert join.loop
    assert (join.loop.until, join.loop.max) == ("b.output.ok == true", 3)
    assert [(one.key, one.needs, one.title) for one in join.loop.body] == [
        ("a", (), "a of {i}"),
        ("b", ("a",), "b"),
    ]


def test_an_until_loop_that_asks_of_no_step_is_refused():
    text = '[[steps]]\nid = "L"\n[steps.loop]\nuntil = "c.status == closed"\nmax = 2\n' + BODY

    assert "steps.L.loop.until: a condition names the step 'c'" in refused(text)


@pytest.mark.parametrize(
    ("loop", "said"),
    [
        ('count = "{m}"', "steps.L.loop: '{m}' uses m, which has no value"),
        ('range = "3..1"', "steps.L.loop: the range '3..1' ends at 1, before it begins at 3"),
        (f"count = {MOST}", f"steps.L.loop: more than {MOST} steps"),
        ('until = "b.status == closed"\nmax = "0"', "'0' gives 0"),
    ],
)
def test_a_loop_that_can_not_be_counted_is_refused(loop: str, said: str):
    assert said in refused(f'[vars]\nm = ""\n[[steps]]\nid = "L"\n[steps.loop]\n{loop}\n{BODY}')


def test_loops_in_loops_are_counted_before_they_are_made():
    inner = (
        f'[steps.loop.body.loop]\ncount = {MOST // 2}\n[[steps.loop.body.loop.body]]\nid = "x"\n'
    )
    text = (
        f'[[steps]]\nid = "L"\n[steps.loop]\ncount = 9999\n[[steps.loop.body]]\nid = "M"\n{inner}'
    )

    assert f"more than {MOST} steps" in refused(text)


def test_a_loop_is_found_again_in_what_an_expansion_puts_in():
    inner = """
type = "expansion"
[[template]]
id = "{target}-L"
[template.loop]
count = 2
[[template.loop.body]]
id = "x"
"""
    plan = baked('[[steps]]\nid = "s"\nexpand = "g"\n', shelf(g=inner))

    assert needs(plan) == {
        "s-L.iter1.x": (),
        "s-L.iter2.x": ("s-L.iter1.x",),
        "s-L": ("s-L.iter2.x",),
    }
