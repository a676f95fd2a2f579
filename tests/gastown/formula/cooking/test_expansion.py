"""A step replaced by the steps of a template, inline."""

import pytest

from tests.gastown.formula.baked import baked, needs, refused, shelf

FIVE = """
type = "expansion"
[vars]
name = "plain"
[[template]]
id = "{target}.draft"
title = "Draft {target.title}: {name}"
[[template]]
id = "{target}.polish"
needs = ["{target}.draft"]
[[template]]
id = "{target}.check"
needs = ["{target}.draft"]
"""
FLOW = """
[[steps]]
id = "first"
[[steps]]
id = "x"
title = "X"
needs = ["first"]
expand = "five"
[[steps]]
id = "last"
needs = ["x"]
"""


def test_first_steps_inherit_the_needs_and_dependents_wait_for_all_last_steps():
    """Other tools keep the dependents of an inline expansion waiting for nothing."""
    assert needs(baked(FLOW, shelf(five=FIVE))) == {
        "first": (),
        "x.draft": ("first",),
        "x.polish": ("x.draft",),
        "x.check": ("x.draft",),
        "last": ("x.polish", "x.check"),
    }


def test_the_defaults_of_its_variables_are_overlaid_by_expand_vars():
    library = shelf(five=FIVE)

    assert baked(FLOW, library).by_key["x.draft"].title == "Draft X: plain"
    text = FLOW.replace('expand = "five"', 'expand = "five"\nexpand_vars = { name = "{target}!" }')
    assert baked(text, library).by_key["x.draft"].title == "Draft X: x!"


def test_a_variable_of_the_formula_in_double_braces_is_filled_in_as_everywhere():
    library = shelf(five=FIVE.replace(": {name}", ": {{name}} {{other}}"))

    assert baked(f'[vars]\nname = "mine"\n{FLOW}', library).by_key["x.draft"].title == (
        "Draft X: mine {{other}}"
    )


@pytest.mark.parametrize("outer", ['name = "mine"', "name = { required = true }"])
def test_a_variable_that_must_have_a_value_takes_that_of_the_formulas_own_of_its_name(outer: str):
    """Expansions of the corpora name again what they use of the formula around them."""
    must = FIVE.replace('name = "plain"', "name = { required = true }")
    library = shelf(five=must.replace(": {name}", ": {name} {{name}}"))

    plan = baked(f"[vars]\n{outer}\n{FLOW}", library, name="mine")
    assert plan.by_key["x.draft"].title == "Draft X: mine mine"


EVERY_KEY = """
type = "expansion"
[vars]
v = "val"
[[template]]
id = "{target}-{v}"
title = "t {v}"
description = "d {target.description}"
notes = "n {v}"
acceptance = ["a {v}"]
type = "bug"
priority = 0
labels = ["l-{v}"]
assignee = "{v}@x"
role = "r-{v}"
condition = "{{on}} == {v}"
metadata = { m = "{v}", n = ["{target}"] }
[template.gate]
type = "gh:run"
await_id = "run-{v}"
timeout = "30m"
[template.on_complete]
for_each = "output.{v}"
bond = "b-{v}"
[[template]]
id = "{target}-loop"
[template.loop]
count = "{n}"
[[template.loop.body]]
id = "{v}-b"
title = "{target.title}"
[[template]]
id = "{target}-kids"
waits_for = "children-of({target}-loop)"
[[template.children]]
id = "{target}-kid"
title = "kid {v}"
"""


def test_every_key_of_a_template_is_kept_and_told():
    """Where others drop notes, metadata, waits_for, expand, condition, gate, loop, on_complete."""
    text = '[vars]\non = "val"\n[[steps]]\nid = "x"\ndescription = "D"\nexpand = "e"\n'
    library = shelf(e=EVERY_KEY.replace("{n}", "2"), **{"b-val": '[[steps]]\nid = "in"\n'})
    plan = baked(text, library)
    step, gate = plan.by_key["x-val"], plan.by_key["x-val.gate-run-val"]

    assert (step.title, step.description, step.notes) == ("t val", "d D", "n val")
    assert (step.acceptance, step.type, step.priority) == ("- a val", "bug", 0)
    assert (step.labels, step.assignee, step.role) == (("l-val",), "val@x", "r-val")
    assert step.metadata == {"m": "val", "n": ["x"]}
    assert gate.gate is not None
    assert (gate.gate.type, gate.gate.await_id, gate.gate.timeout_s) == (
        "gh:run",
        "run-val",
        1800,
    )
    assert step.needs == (gate.key,)
    assert step.fan_out is not None
    assert step.fan_out.bond == "b-val"
    assert {"x-loop.iter1.val-b", "x-loop.iter2.val-b"} <= plan.by_key.keys()
    assert plan.by_key["x-kid"].needs == ("x-loop",)
    assert plan.by_key["x-kids"].kind == "join"


def test_a_condition_of_a_template_is_judged_with_the_formulas_values():
    text = '[vars]\non = "no"\n[[steps]]\nid = "x"\nexpand = "e"\n'

    assert "x-val" not in baked(text, shelf(e=EVERY_KEY.replace("{n}", "2"))).by_key


@pytest.mark.parametrize(("more", "there"), [("", False), ('expand_vars = { name = "x" }', True)])
def test_a_condition_may_ask_for_a_variable_of_the_expansion(more: str, there: bool):
    asks = FIVE.replace(
        'id = "{target}.polish"', 'id = "{target}.polish"\ncondition = "{{name}} == x"'
    )
    plan = baked(FLOW.replace('expand = "five"', f'expand = "five"\n{more}'), shelf(five=asks))

    assert ("x.polish" in plan.by_key) is there
    assert needs(plan)["last"][-1] == "x.check"
    assert "x.draft" in needs(plan)["last"] or there


NEST = """
type = "expansion"
[[template]]
id = "{target}.a"
[[template]]
id = "{target}.b"
needs = ["{target}.a"]
expand = "five"
[[template]]
id = "{target}.c"
needs = ["{target}.b"]
"""


def test_expansions_nest():
    plan = baked(FLOW.replace('"five"', '"nest"'), shelf(five=FIVE, nest=NEST))

    assert needs(plan) == {
        "first": (),
        "x.a": ("first",),
        "x.b.draft": ("x.a",),
        "x.b.polish": ("x.b.draft",),
        "x.b.check": ("x.b.draft",),
        "x.c": ("x.b.polish", "x.b.check"),
        "last": ("x.c",),
    }


def test_an_expand_in_the_body_of_a_templates_loop_is_done_in_each_round():
    loop = 'type = "expansion"\n[[template]]\nid = "{target}.l"\n[template.loop]\ncount = 2\n'
    loop += '[[template.loop.body]]\nid = "s"\nexpand = "five"\n'
    plan = baked(FLOW.replace('"five"', '"loop"'), shelf(five=FIVE, loop=loop))

    assert needs(plan)["x.l.iter1.s.draft"] == ("first",)
    assert needs(plan)["x.l.iter2.s.draft"] == ("x.l.iter1.s.polish", "x.l.iter1.s.check")
    assert needs(plan)["last"] == ("x.l",)


def test_more_than_five_levels_are_refused_with_the_chain():
    chain = {
        f"e{number}": f'type="expansion"\n[[template]]\nid="{{target}}.s"\nexpand="e{number + 1}"\n'
        for number in range(1, 6)
    }
    good = shelf(**{**chain, "e5": 'type = "expansion"\n[[template]]\nid = "{target}.s"\n'})
    text = '[[steps]]\nid = "x"\nexpand = "e1"\n'

    assert list(baked(text, good).by_key) == ["x.s.s.s.s.s"]
    said = refused(text, shelf(**chain, e6='type="expansion"\n[[template]]\nid="{target}.s"\n'))
    assert "steps.x.s.s.s.s.s.expand: expansions nest more than 5 deep" in said
    assert "e1 -> e2 -> e3 -> e4 -> e5 -> e6" in said


def test_an_expansion_that_expands_itself_ends_in_the_same_error():
    own = 'type = "expansion"\n[[template]]\nid = "{target}.s"\nexpand = "own"\n'

    assert "own -> own -> own -> own -> own -> own" in refused(
        '[[steps]]\nid = "x"\nexpand = "own"\n', shelf(own=own)
    )


def test_who_does_the_step_is_inherited_where_the_template_does_not_say_it():
    template = (
        'type = "expansion"\n[[template]]\nid = "{target}.a"\n'
        '[[template]]\nid = "{target}.b"\nneeds = ["{target}.a"]\nrole = "gauger"\neach = ""\n'
    )
    text = '[[steps]]\nid = "x"\nrole = "polecat"\neach = "rigs"\n'
    text += '[[compose.expand]]\ntarget = "x"\nwith = "e"\n'
    plan = baked(text, shelf(e=template))

    assert [(step.key, step.role) for step in plan.steps] == [
        ("x.a[api]", "polecat"),
        ("x.b", "gauger"),
    ]


def test_a_step_with_children_stays_as_the_join_of_them_and_of_what_is_put_in():
    text = FLOW.replace('expand = "five"', '[[steps.children]]\nid = "kid"')
    text += '[[compose.expand]]\ntarget = "x"\nwith = "five"\n'
    plan = baked(text, shelf(five=FIVE))

    assert needs(plan)["kid"] == needs(plan)["x.draft"] == ("first",)
    assert set(needs(plan)["x"]) == {"first", "x.polish", "x.check", "kid"}
    assert needs(plan)["last"] == ("x",)


def test_a_gate_and_a_condition_of_the_step_hold_for_all_that_is_put_in():
    gated = FLOW.replace('title = "X"', 'gate = { type = "human", id = "ok" }')
    plan = baked(gated, shelf(five=FIVE))

    assert needs(plan)["x.gate-ok"] == ("first",)
    assert "x.gate-ok" in needs(plan)["x.draft"]
    dropped = baked(
        '[vars]\non = "no"\n' + FLOW.replace('title = "X"', 'condition = "{{on}}"'),
        shelf(five=FIVE),
    )
    assert needs(dropped) == {"first": (), "last": ("first",)}


def test_who_waits_for_the_steps_children_waits_for_all_that_is_put_in():
    waiting = FLOW.replace('needs = ["x"]', 'waits_for = "children-of(x)"')

    assert needs(baked(waiting, shelf(five=FIVE)))["last"] == ("x.polish", "x.check")


@pytest.mark.parametrize(
    ("text", "library", "said"),
    [
        (FLOW, {}, "f.formula.toml: steps.x.expand: no formula 'five' here"),
        (FLOW, {"five": '[[steps]]\nid = "a"\n'}, "five has no template; only an expansion"),
        (FLOW, {"five": FIVE.replace("{target}.check", "last")}, "two steps would have the id"),
        (FLOW, {"five": FIVE.replace("{target}.draft", "{taget}.a")}, "nothing gives {taget}"),
        (
            FLOW,
            {"five": FIVE.replace('name = "plain"', "name = { required = true }")},
            "steps.x.expand: five needs a value of name; write it in vars",
        ),
        (
            FLOW.replace('expand = "five"', 'expand = "five"\nexpand_vars = { name = "z" }'),
            {"five": FIVE.replace('name = "plain"', 'name = { enum = ["a", "b"] }')},
            "steps.x.expand: five: variable name: 'z' is none of a, b",
        ),
    ],
)
def test_what_can_not_be_put_in_is_said_with_its_place(
    text: str, library: dict[str, str], said: str
):
    assert said in refused(text, shelf(**library))


def test_a_double_id_names_both_that_say_it():
    said = refused(FLOW, shelf(five=FIVE.replace("{target}.check", "last")))

    assert "two steps would have the id 'last': that of five at x and step last" in said


def test_a_templates_edge_that_leads_nowhere_is_said():
    said = refused(FLOW, shelf(five=FIVE.replace('["{target}.draft"]', '["{target}.daft"]')))

    assert "that of five at x: x.polish needs 'x.daft', but there is no step 'x.daft'" in said
    assert "did you mean x.draft?" in said
