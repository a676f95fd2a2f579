"""compose.hooks: another formula attached to each step that a trigger fits."""

import pytest

from tests.gastown.formula.baked import baked, needs, refused, shelf
from tests.gastown.formula.given import TOWN

FLOW = """
[[steps]]
id = "s"
priority = 0
[[steps]]
id = "x"
title = "X"
type = "bug"
labels = ["sec"]
needs = ["s"]
[[steps]]
id = "t"
needs = ["x"]
"""
SCAN = """
type = "expansion"
[vars]
how = "fast"
[[template]]
id = "{target}.scan"
title = "Scan {target.title} {how}"
[[template]]
id = "{target}.sign"
needs = ["{target}.scan"]
[[compose.bond_points]]
id = "between"
after_step = "{target}.scan"
"""
REVIEW = """
vars = { who = { required = true } }
[[steps]]
id = "ask"
title = "Ask {{who}}"
[[steps]]
id = "answer"
needs = ["ask"]
[[compose.bond_points]]
id = "between"
before_step = "answer"
"""


def hook(trigger: str, attach: str = "scan", more: str = "") -> str:
    return f'[[compose.hooks]]\ntrigger = "{trigger}"\nattach = "{attach}"\n{more}\n'


@pytest.mark.parametrize(
    ("trigger", "fits"),
    [
        ("label:sec", ["x"]),
        ("type:bug", ["x"]),
        ("type:task", ["s", "t"]),
        ("priority:0-1", ["s"]),
        ("priority:2", ["x", "t"]),
        ("label:none", []),
    ],
)
def test_a_trigger_fits_steps_by_label_type_or_priority(trigger: str, fits: list[str]):
    plan = baked(FLOW + hook(trigger), shelf(scan=SCAN))

    assert [key.removesuffix(".scan") for key in plan.by_key if key.endswith(".scan")] == fits


def test_what_is_attached_comes_after_the_step_and_holds_up_who_needed_it():
    assert needs(baked(FLOW + hook("label:sec"), shelf(scan=SCAN))) == {
        "s": (),
        "x": ("s",),
        "x.scan": ("x",),
        "x.sign": ("x.scan",),
        "t": ("x.sign",),
    }


def test_at_before_it_inherits_what_the_step_needs():
    assert needs(baked(FLOW + hook("label:sec", more='at = "before"'), shelf(scan=SCAN))) == {
        "s": (),
        "x.scan": ("s",),
        "x.sign": ("x.scan",),
        "x": ("s", "x.sign"),
        "t": ("x",),
    }


def test_vars_overlay_and_may_name_the_step():
    text = FLOW + hook("label:sec", more='vars = { how = "of {step.id}" }')

    assert baked(text, shelf(scan=SCAN)).by_key["x.scan"].title == "Scan X of x"


def test_a_workflow_is_attached_under_names_of_its_own():
    text = FLOW + hook("label:sec", "review", 'vars = { who = "{step.title}" }')
    plan = baked(text, shelf(review=REVIEW))

    assert needs(plan)["x.review.ask"] == ("x",)
    assert needs(plan)["x.review.answer"] == ("x.review.ask",)
    assert needs(plan)["t"] == ("x.review.answer",)
    assert plan.by_key["x.review.ask"].title == "Ask X"


def test_an_attached_workflow_is_woven_itself():
    review = 'vars = { on = "no" }\n[[steps]]\nid = "a"\n[[steps]]\nid = "b"\nneeds = ["a"]\n'
    review += 'expand = "scan"\n[[steps]]\nid = "off"\ncondition = "{{on}}"\nneeds = ["b"]\n'
    review += '[[steps]]\nid = "l"\nneeds = ["off"]\n[steps.loop]\ncount = 2\n'
    review += '[[steps.loop.body]]\nid = "r"\n[[advice]]\ntarget = "a"\nafter = [{ id = "seen" }]\n'
    plan = baked(FLOW + hook("label:sec", "w"), shelf(w=review, scan=SCAN))

    assert needs(plan)["x.w.seen"] == ("x.w.a",)
    assert needs(plan)["x.w.b.scan"] == ("x.w.seen",)
    assert needs(plan)["x.w.l.iter1.r"] == ("x.w.b.sign",)
    assert needs(plan)["x.w.l.iter2.r"] == ("x.w.l.iter1.r",)
    assert needs(plan)["t"] == ("x.w.l",)


def test_conditions_of_an_attached_workflow_ask_for_its_own_variables():
    text = 'vars = { on = "yes" }\n[[steps]]\nid = "p"\ncondition = "{{on}} == yes"\n'
    text += '[[steps.children]]\nid = "k"\ncondition = "{{on}}"\n'
    text += '[[steps.children]]\nid = "l"\ncondition = "!{{on}}"\n'
    plan = baked(FLOW + hook("label:sec", "w", 'vars = { on = "yes" }'), shelf(w=text))

    assert plan.by_key["x.w.p"].members == ("x.w.k",)


def test_at_a_bond_point_of_the_formula_it_comes_there():
    point = '[[compose.bond_points]]\nid = "end"\nafter_step = "t"\n'
    plan = baked(FLOW + point + hook("label:sec", more='at = "end"'), shelf(scan=SCAN))

    assert needs(plan)["x.scan"] == ("t",)
    assert needs(plan)["t"] == ("x",)


def test_at_a_bond_point_before_a_step_that_step_waits():
    point = '[[compose.bond_points]]\nid = "early"\nbefore_step = "x"\n'
    plan = baked(FLOW + point + hook("label:sec", more='at = "early"'), shelf(scan=SCAN))

    assert needs(plan)["x.scan"] == ("s",)
    assert needs(plan)["x"] == ("s", "x.sign")


@pytest.mark.parametrize("name", ["scan", "review"])
def test_at_a_bond_point_of_what_is_attached_the_step_takes_its_place_in_there(name: str):
    more = 'at = "between"\n' + ('vars = { who = "me" }' if name == "review" else "")
    plan = baked(FLOW + hook("label:sec", name, more), shelf(scan=SCAN, review=REVIEW))
    first, last = ("x.scan", "x.sign") if name == "scan" else ("x.review.ask", "x.review.answer")

    assert needs(plan)[first] == ("s",)
    assert needs(plan)["x"] == ("s", first)
    assert set(needs(plan)[last]) == {first, "x"}
    assert needs(plan)["t"] == (last,)


def test_several_hooks_on_one_step_come_one_after_the_other():
    text = FLOW + hook("label:sec") + hook("type:bug", "review", 'vars = { who = "me" }')
    plan = baked(text, shelf(scan=SCAN, review=REVIEW))

    assert needs(plan)["x.scan"] == ("x",)
    assert needs(plan)["x.review.ask"] == ("x.sign",)
    assert needs(plan)["t"] == ("x.review.answer",)


def test_a_hook_is_fanned_out_with_its_step():
    text = FLOW.replace('title = "X"', 'each = "beads"')
    plan = baked(text + hook("label:sec"), shelf(scan=SCAN), scope=TOWN)

    assert needs(plan)["x.scan[a-1]"] == ("x[a-1]",)


def test_what_a_hook_attached_is_not_hooked_by_the_same_formula():
    scan = SCAN.replace('id = "{target}.scan"', 'id = "{target}.scan"\nlabels = ["sec"]')

    assert "x.scan.scan" not in baked(FLOW + hook("label:sec"), shelf(scan=scan)).by_key


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        (hook("label:sec", "none"), "compose.hooks[0].attach: no formula 'none' here"),
        (hook("label:sec", "review"), "compose.hooks[0]: review needs a value of who"),
        (hook("label:sec", "legs"), "legs is of the type convoy; attach an expansion"),
        (hook("label:sec", "own"), "own is attached more than 5 deep: own -> own"),
        (
            hook("label:sec", more='at = "nowhere"'),
            "compose.hooks[0].at: 'nowhere' is no bond point here or of scan",
        ),
    ],
)
def test_what_can_not_be_attached_is_said(rules: str, said: str):
    own = '[[steps]]\nid = "o"\nlabels = ["sec"]\n' + hook("label:sec", "own")
    legs = '[[legs]]\nid = "z"\n'

    assert said in refused(FLOW + rules, shelf(scan=SCAN, review=REVIEW, own=own, legs=legs))


def test_a_hook_fires_for_a_loop_as_a_whole():
    text = FLOW.replace(
        'needs = ["s"]', 'needs = ["s"]\nloop = { count = 2, body = [{ id = "b" }] }'
    )
    found = needs(baked(text + hook("label:sec"), shelf(scan=SCAN)))

    assert found["x.scan"] == ("x",)
    assert found["t"] == ("x.sign",)


def test_all_advice_of_an_aspect_goes_around_the_steps_that_the_trigger_fits():
    """Its own targets and pointcuts choose among steps where an aspect is composed; not here."""
    aspect = """
type = "aspect"
[vars]
how = "fast"
[[advice]]
target = "nowhere"
[[advice.before]]
id = "{step.id}-pre"
title = "{{how}} look at {step.title}"
[[advice.after]]
id = "{step.id}-post"
"""
    text = FLOW + hook("label:sec", "around", 'vars = { how = "slow" }')
    plan = baked(text, shelf(around=aspect))

    found = needs(plan)
    assert [found[key] for key in ("x-pre", "x", "x-post", "t")] == [
        ("s",), ("s", "x-pre"), ("x",), ("x-post",),
    ]  # fmt: skip
    assert plan.by_key["x-pre"].title == "slow look at X"
