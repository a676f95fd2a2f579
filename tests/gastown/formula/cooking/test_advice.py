"""Advice of a formula's own, and of aspects."""

import pytest

from tests.gastown.formula.baked import baked, needs, refused, shelf

FLOW = """
[[steps]]
id = "s"
[[steps]]
id = "x"
title = "X"
type = "bug"
labels = ["hot"]
needs = ["s"]
[[steps]]
id = "t"
needs = ["x"]
"""
AROUND = """
[[advice]]
target = "{target}"
[advice.around]
before = [{{ id = "{{step.id}}.pre" }}, {{ id = "{{step.id}}.ready" }}]
after = [{{ id = "{{step.id}}.scan" }}, {{ id = "{{step.id}}.sign" }}]
"""


def around(target: str) -> str:
    return AROUND.format(target=target)


def aspect(text: str) -> str:
    return 'type = "aspect"\n' + text


def test_after_gates_and_before_inherits():
    """Elsewhere an `after` holds up nobody, and a `before` begins at once."""
    assert needs(baked(FLOW + around("x"))) == {
        "s": (),
        "x.pre": ("s",),
        "x.ready": ("x.pre",),
        "x": ("s", "x.ready"),
        "x.scan": ("x",),
        "x.sign": ("x.scan",),
        "t": ("x.sign",),
    }


def test_a_single_step_is_advice_too():
    """As other tools have it: a table, not a list."""
    plan = baked(
        FLOW
        + """
[[advice]]
target = "x"
[advice.before]
id = "{step.id}.look"
[advice.after]
id = "{step.id}.tell"
title = "{step.title} is done"
"""
    )

    assert needs(plan) == {
        "s": (),
        "x.look": ("s",),
        "x": ("s", "x.look"),
        "x.tell": ("x",),
        "t": ("x.tell",),
    }
    assert next(step.title for step in plan.steps if step.key == "x.tell") == "X is done"


def test_a_loop_and_a_parent_are_advised_as_a_whole():
    family = """
[[steps]]
id = "s"
[[steps]]
id = "x"
needs = ["s"]
{inside}
[[steps]]
id = "t"
needs = ["x"]
"""
    parent = needs(baked(family.format(inside='children = [{ id = "c" }]') + around("x")))
    body = 'loop = {{ {how}, body = [{{ id = "c" }}] }}'
    for how in ("count = 2", 'until = "c.status == closed", max = 2'):
        loop = needs(baked(family.format(inside=body.format(how=how)) + around("x")))

        assert loop["x.pre"] == parent["x.pre"] == ("s",)
        assert "x.ready" in loop["x.iter1.c"]
        assert "x.ready" in parent["c"]
        assert loop["x.scan"] == parent["x.scan"] == ("x",)
        assert loop["t"] == parent["t"] == ("x.sign",)


def test_steps_that_are_all_advised_stay_in_their_order():
    plan = baked(FLOW + around("*"))

    assert needs(plan)["x.pre"] == ("s.sign",)
    assert needs(plan)["t.pre"] == ("x.sign",)
    assert [step.key for step in plan.steps if "." not in step.key] == ["s", "x", "t"]


def test_what_advice_puts_in_is_not_advised_by_the_same_call():
    assert not [key for key in baked(FLOW + around("*")).by_key if ".pre." in key]


def test_before_and_after_come_ahead_of_around_and_rules_in_their_order():
    text = """
[[advice]]
target = "x"
before = [{ id = "b1" }]
after = [{ id = "a1" }]
[advice.around]
before = [{ id = "b2" }]
after = [{ id = "a2" }]
[[advice]]
target = "x"
before = [{ id = "b3" }]
after = [{ id = "a3" }]
"""
    assert needs(baked(FLOW + text)) == {
        "s": (),
        "b1": ("s",),
        "b2": ("b1",),
        "b3": ("b2",),
        "x": ("s", "b3"),
        "a1": ("x",),
        "a2": ("a1",),
        "a3": ("a2",),
        "t": ("a3",),
    }


def test_the_step_is_named_in_every_text_and_args_and_output_are_kept():
    text = """
[[advice]]
target = "x"
[[advice.after]]
id = "{step.id}-scan"
title = "Scan {step.title}"
description = "{step} {step.description}"
notes = "{step.id}"
labels = ["of-{step.id}"]
metadata = { m = "{step.id}" }
args = { path = "{step.id}/src", deep = 3 }
output = { report = "{step.id}.md" }
"""
    step = baked(FLOW.replace('title = "X"', 'title = "X"\ndescription = "D"') + text).by_key[
        "x-scan"
    ]

    assert (step.title, step.description, step.notes, step.labels) == (
        "Scan X",
        "x D",
        "x",
        ("of-x",),
    )
    assert step.metadata == {
        "m": "x",
        "args": {"path": "x/src", "deep": 3},
        "output": {"report": "x.md"},
    }


@pytest.mark.parametrize(
    ("cuts", "target", "met"),
    [
        ('{ glob = "x" }', "*", ["x"]),
        ('{ type = "bug" }', "*", ["x"]),
        ('{ label = "hot" }', "*", ["x"]),
        ('{ label = "hot", type = "task" }', "*", []),
        ('{ label = "hot", type = "bug", glob = "?" }', "*", ["x"]),
        ('{ glob = "s" }, { type = "bug" }', "*", ["s", "x"]),
        ('{ glob = "s" }, { type = "bug" }', "s", ["s"]),
        ('{ glob = "s" }', "", ["s"]),
        ('{ type = "task" }', "", ["s", "t"]),
    ],
)
def test_pointcuts_say_which_steps_advice_may_touch(cuts: str, target: str, met: list[str]):
    """All that one says must fit, and one of several must; a target, if any, must fit too."""
    text = f"pointcuts = [{cuts}]\n{FLOW}" + around(target).replace('target = ""\n', "")
    plan = baked(text)

    assert [step.key.removesuffix(".pre") for step in plan.steps if ".pre" in step.key] == met


def test_children_and_rounds_of_loops_are_advised_too():
    text = '[[steps]]\nid = "p"\n[[steps.children]]\nid = "kid"\n[[steps.children]]\nid = "last"\n'
    text += 'needs = ["kid"]\n[[steps]]\nid = "l"\nneeds = ["p"]\n[steps.loop]\ncount = 2\n'
    text += '[[steps.loop.body]]\nid = "kid"\n'
    plan = baked(text + around("*kid"))

    assert needs(plan)["last"] == ("kid.sign",)
    assert plan.by_key["kid.sign"].parent == "p"
    assert needs(plan)["l.iter2.kid.pre"] == ("l.iter1.kid.sign",)
    assert needs(plan)["l"][-1] == "l.iter2.kid.sign"


def test_the_round_of_an_until_loop_is_advised_so_that_each_later_one_is():
    text = '[[steps]]\nid = "l"\n[steps.loop]\nuntil = "step.status == \'complete\'"\nmax = 3\n'
    text += '[[steps.loop.body]]\nid = "kid"\n'
    plan = baked(text + around("*.kid"))

    assert needs(plan)["l.iter1.kid"] == ("l.iter1.kid.ready",)
    assert plan.by_key["l.iter1.kid.sign"].parent == "l"
    loop = plan.by_key["l"].loop
    assert loop is not None
    assert len(loop.body) == 5


def test_before_waits_for_the_gate_and_a_gate_is_not_advised():
    text = FLOW.replace('title = "X"', 'gate = { type = "human", id = "ok" }')
    plan = baked(text + around("x*"))

    assert needs(plan)["x.pre"] == ("s", "x.gate-ok")
    assert "x.gate-ok.pre" not in plan.by_key


def test_a_step_that_a_person_does_is_advised():
    plan = baked(FLOW.replace('title = "X"', "interactive = true") + around("x"))

    assert plan.by_key["x"].kind == "gate"
    assert needs(plan)["t"] == ("x.sign",)


def test_advice_is_dropped_with_the_step_and_edges_stay():
    text = '[vars]\non = "no"\n' + FLOW.replace('title = "X"', 'condition = "{{on}}"')

    assert needs(baked(text + around("x"))) == {"s": (), "t": ("s",)}


def test_advice_is_fanned_out_with_its_step():
    text = FLOW.replace('title = "X"', 'each = "rigs"')

    assert needs(baked(text + around("x")))["t"] == ("x.sign[api]",)
    once = 'pointcuts = []\n[[advice]]\ntarget = "x"\nafter = [{ id = "all", each = "" }]\n'
    assert needs(baked(text + once.removeprefix("pointcuts = []\n")))["all"] == ("x[api]",)


def test_own_advice_comes_before_expansions_and_goes_around_them():
    two = 'type = "expansion"\n[[template]]\nid = "{target}.a"\n[[template]]\nid = "{target}.b"\n'
    text = FLOW + around("x") + '[[compose.expand]]\ntarget = "x"\nwith = "two"\n'
    plan = baked(text, shelf(two=two))

    assert needs(plan)["x.a"] == needs(plan)["x.b"] == ("s", "x.ready")
    assert needs(plan)["x.scan"] == ("x.a", "x.b")
    assert needs(plan)["t"] == ("x.sign",)


def test_aspects_go_around_what_expansions_made():
    two = 'type = "expansion"\n[[template]]\nid = "{target}.a"\n[[template]]\nid = "{target}.b"\n'
    two += 'needs = ["{target}.a"]\n'
    library = shelf(two=two, audit=aspect(around("*.a")))
    text = 'compose = { aspects = ["audit"], expand = [{ target = "x", with = "two" }] }\n'
    plan = baked(text + FLOW, library)

    assert needs(plan) == {
        "s": (),
        "x.a.pre": ("s",),
        "x.a.ready": ("x.a.pre",),
        "x.a": ("s", "x.a.ready"),
        "x.a.scan": ("x.a",),
        "x.a.sign": ("x.a.scan",),
        "x.b": ("x.a.sign",),
        "t": ("x.b",),
    }


def test_an_aspect_that_names_an_expanded_step_goes_around_all_that_stands_for_it():
    two = 'type = "expansion"\n[[template]]\nid = "{target}.a"\n[[template]]\nid = "{target}.b"\n'
    library = shelf(two=two, audit=aspect(around("x")))
    text = 'compose = { aspects = ["audit"], expand = [{ target = "x", with = "two" }] }\n'
    plan = baked(text + FLOW, library)

    assert needs(plan) == {
        "s": (),
        "x.pre": ("s",),
        "x.ready": ("x.pre",),
        "x.a": ("s", "x.ready"),
        "x.b": ("s", "x.ready"),
        "x.scan": ("x.b", "x.a"),
        "x.sign": ("x.scan",),
        "t": ("x.sign",),
    }


def test_aspects_come_in_their_order_and_keep_their_own_pointcuts():
    one = aspect('pointcuts = [{ type = "bug" }]\n' + around("*"))
    two = aspect('[[advice]]\ntarget = "x.scan"\nafter = [{ id = "seen" }]\n')
    plan = baked('compose = { aspects = ["one", "two"] }\n' + FLOW, shelf(one=one, two=two))

    assert needs(plan)["seen"] == ("x.scan",)
    assert needs(plan)["x.sign"] == ("seen",)
    assert "s.pre" not in plan.by_key


def test_an_aspects_variable_holds_its_default_unless_the_formula_has_one_of_the_name():
    text = '[vars]\na = "A"\nb = "B"\n[[advice]]\ntarget = "x"\n'
    text += 'after = [{ id = "z", title = "{{a}} {{b}}" }]\n'
    plan = baked(
        'vars = { b = "mine" }\ncompose = { aspects = ["z"] }\n' + FLOW, shelf(z=aspect(text))
    )

    assert plan.by_key["z"].title == "A mine"


@pytest.mark.parametrize(("on", "there"), [("yes", True), ("no", False)])
def test_a_condition_may_ask_for_a_variable_of_the_aspect(on: str, there: bool):
    text = f'vars = {{ on = "{on}" }}\n[[advice]]\ntarget = "x"\n'
    text += 'after = [{ id = "z", condition = "{{on}} == yes" }, { id = "q" }]\n'
    plan = baked('compose = { aspects = ["z"] }\n' + FLOW, shelf(z=aspect(text)))

    assert ("z" in plan.by_key) is there
    assert needs(plan)["q"] == (("z",) if there else ("x",))
    assert needs(plan)["t"] == ("q",)


def test_advice_may_expand():
    one = 'type = "expansion"\n[[template]]\nid = "{target}.deep"\n'
    text = '[[advice]]\ntarget = "x"\nafter = [{ id = "z", expand = "one" }]\n'

    assert needs(baked(FLOW + text, shelf(one=one)))["t"] == ("z.deep",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('compose = { aspects = ["w"] }\n' + FLOW, "compose.aspects[0]: w is of the type workflow"),
        ('compose = { aspects = ["v"] }\n' + FLOW, "compose.aspects[0]: no formula 'v' here"),
        (FLOW + around("["), "advice[0].target: '[' is not a pattern"),
        (
            'pointcuts = [{ glob = "[" }]\n' + FLOW + around("*"),
            "pointcuts[0].glob: '[' is not a pattern",
        ),
        (
            FLOW + '[[advice]]\ntarget = "*"\nafter = [{ id = "z" }]\n',
            "advice: 'z' would be put at s and at x; begin its id with {step.id}",
        ),
        (
            FLOW + '[[advice]]\ntarget = "x"\nafter = [{ id = "s" }]\n',
            "two steps would have the id 's'",
        ),
    ],
)
def test_what_can_not_be_advised_is_said(text: str, said: str):
    assert said in refused(text, shelf(w=FLOW))
