"""compose.expand and compose.map."""

import re
from pathlib import Path

import pytest

from gastown.formula.cook import cook
from gastown.formula.library import Frozen
from gastown.formula.parse import parse_formula
from gastown.formula.plan import Scope
from tests.gastown.formula.baked import baked, needs, refused, shelf
from tests.gastown.formula.given import TOWN

TWO = """
type = "expansion"
[vars]
name = "plain"
[[template]]
id = "{target}.a"
title = "{name}"
[[template]]
id = "{target}.b"
needs = ["{target}.a"]
"""
FLOW = """
[[steps]]
id = "s"
[[steps]]
id = "x"
needs = ["s"]
[[steps]]
id = "t"
needs = ["x"]
"""


def expand(target: str, name: str = "two", more: str = "") -> str:
    return f'[[compose.expand]]\ntarget = "{target}"\nwith = "{name}"\n{more}\n'


def select(pattern: str, name: str = "two") -> str:
    return f'[[compose.map]]\nselect = "{pattern}"\nwith = "{name}"\n'


def test_expand_puts_an_expansion_in_the_place_of_a_step():
    assert needs(baked(FLOW + expand("x"), shelf(two=TWO))) == {
        "s": (),
        "x.a": ("s",),
        "x.b": ("x.a",),
        "t": ("x.b",),
    }


def test_the_rules_vars_overlay_the_defaults():
    plan = baked(FLOW + expand("x", more='vars = { name = "of {target}" }'), shelf(two=TWO))

    assert plan.by_key["x.a"].title == "of x"


def test_neighbours_may_both_be_expanded_in_any_order_of_the_rules():
    library = shelf(two=TWO)
    one = baked(FLOW + expand("s") + expand("x") + expand("t"), library)
    other = baked(FLOW + expand("t") + expand("s") + expand("x"), library)

    assert one.steps == other.steps
    assert needs(one)["x.a"] == ("s.b",)
    assert needs(one)["t.a"] == ("x.b",)


def test_a_rule_may_name_a_step_that_another_made():
    plan = baked(FLOW + expand("x") + expand("x.b"), shelf(two=TWO))

    assert needs(plan) == {
        "s": (),
        "x.a": ("s",),
        "x.b.a": ("x.a",),
        "x.b.b": ("x.b.a",),
        "t": ("x.b.b",),
    }


def test_a_second_rule_on_a_step_that_was_replaced_names_what_stands_there():
    library = shelf(two=TWO, p=FLOW + expand("x"))
    said = refused('extends = ["p"]\n' + expand("x", "two", 'vars = { name = "n" }'), library)

    assert "compose.expand[1].target" in said
    assert "already" in said


def test_map_expands_every_step_that_is_there_in_the_order_of_the_steps():
    plan = baked(FLOW + select("*"), shelf(two=TWO))

    assert needs(plan) == {
        "s.a": (),
        "s.b": ("s.a",),
        "x.a": ("s.b",),
        "x.b": ("x.a",),
        "t.a": ("x.b",),
        "t.b": ("t.a",),
    }


def test_map_reaches_children_and_the_rounds_of_loops():
    text = '[[steps]]\nid = "p"\n[[steps.children]]\nid = "k.x"\n'
    text += '[[steps]]\nid = "l"\n[steps.loop]\ncount = 2\n[[steps.loop.body]]\nid = "x"\n'
    plan = baked(text + select("*.x"), shelf(two=TWO))

    assert {"k.x.a", "k.x.b", "l.iter1.x.a", "l.iter2.x.b"} <= plan.by_key.keys()
    assert needs(plan)["l.iter2.x.a"] == ("l.iter1.x.b",)
    assert set(plan.by_key["p"].members) == {"k.x.a", "k.x.b"}


def test_expand_comes_before_map_whatever_stands_first():
    library = shelf(two=TWO)

    assert baked(FLOW + expand("x") + select("x.*"), library).steps == (
        baked(FLOW + select("x.*") + expand("x"), library).steps
    )


def test_gates_are_not_mapped_and_stay_in_front():
    text = FLOW.replace('id = "x"', 'id = "x"\ngate = { type = "human", id = "ok" }')
    plan = baked(text + select("x*"), shelf(two=TWO))

    assert needs(plan)["x.a"] == ("s", "x.gate-ok")
    assert plan.by_key["x.gate-ok"].kind == "gate"


def test_a_step_that_a_person_does_becomes_a_persons_gate_before_the_expansion():
    plan = baked(
        FLOW.replace('id = "x"', 'id = "x"\ninteractive = true') + expand("x"), shelf(two=TWO)
    )

    assert plan.by_key["x.gate-human"].kind == "gate"
    assert needs(plan)["x.a"] == ("x.gate-human",)
    assert needs(plan)["x.gate-human"] == ("s",)


def test_branches_and_gates_of_compose_reach_what_is_put_in():
    text = FLOW + '[[steps]]\nid = "j"\n'
    text += '[[compose.branch]]\nfrom = "s"\nsteps = ["x"]\njoin = "j"\n'
    text += '[[compose.gate]]\nbefore = "x"\ncondition = "s.status == \'complete\'"\n'
    plan = baked(text + expand("x"), shelf(two=TWO))

    assert needs(plan)["j"] == ("x.b",)
    assert "x.gate-conditional" in needs(plan)["x.a"]


def test_a_fanned_step_is_expanded_for_each_of_its_instances():
    text = '[[steps]]\nid = "w"\neach = "beads"\nrole = "polecat"\n'
    text += '[[steps]]\nid = "r"\neach = "beads"\nneeds = ["w"]\n'
    plan = baked(text + expand("w"), shelf(two=TWO), scope=TOWN)

    assert needs(plan)["w.b[a-1]"] == ("w.a[a-1]",)
    assert needs(plan)["r[a-1]"] == ("w.b[a-1]",)
    assert needs(plan)["w.a[g-1]"] == ("r[a-1]",)
    assert {step.role for step in plan.steps if step.step != "r"} == {"polecat"}


def test_a_target_that_its_condition_drops_needs_no_expansion():
    text = '[vars]\non = "no"\n' + FLOW.replace('id = "x"', 'id = "x"\ncondition = "{{on}}"')

    assert needs(baked(text + expand("x"), shelf(two=TWO))) == {"s": (), "t": ("s",)}


def test_a_template_that_keeps_the_targets_id_is_taken_as_it_is():
    keeps = 'type = "expansion"\n[[template]]\nid = "{target}"\n[[template]]\nid = "{target}.z"\n'
    keeps += 'needs = ["{target}"]\n'

    assert needs(baked(FLOW + expand("x", "k"), shelf(k=keeps))) == {
        "s": (),
        "x": ("s",),
        "x.z": ("x",),
        "t": ("x.z",),
    }


def test_a_formula_that_only_extends_and_expands_is_woven():
    library = shelf(two=TWO, p=FLOW)

    assert "x.a" in baked('extends = ["p"]\n' + expand("x"), library).by_key


def test_an_expansion_may_extend_another():
    library = shelf(
        two=TWO,
        three='extends = ["two"]\n[[template]]\nid = "{target}.c"\nneeds = ["{target}.b"]\n',
    )

    assert needs(baked(FLOW + expand("x", "three"), library))["t"] == ("x.c",)


def test_a_chain_of_eight_expansions_over_three_workflows():
    """Workflows that extend each other, with rules on what the rules before them made."""
    eight = {
        f"e{number}": f'type = "expansion"\n[[template]]\nid = "{{target}}.p{number}"\n'
        f'[[template]]\nid = "{{target}}.q{number}"\nneeds = ["{{target}}.p{number}"]\n'
        for number in range(1, 9)
    }
    library = shelf(
        **eight,
        w1=FLOW + expand("s", "e1") + expand("x", "e2"),
        w2='extends = ["w1"]\n' + expand("s.p1", "e3") + expand("x.q2", "e4") + expand("t", "e5"),
    )
    plan = baked(
        'extends = ["w2"]\n' + expand("t.q5", "e6") + expand("s.q1", "e7") + expand("t.p5", "e8"),
        library,
    )

    assert [step.key for step in plan.steps] == [
        *("s.p1.p3", "s.p1.q3", "s.q1.p7", "s.q1.q7"),
        *("x.p2", "x.q2.p4", "x.q2.q4", "t.p5.p8", "t.p5.q8", "t.q5.p6", "t.q5.q6"),
    ]
    assert all(b.needs == (a.key,) for a, b in zip(plan.steps, plan.steps[1:], strict=False))


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        (expand("xx"), "compose.expand[0].target: no step 'xx'; did you mean x?"),
        (expand("x", "tow"), "compose.expand[0]: no formula 'tow' here; did you mean two?"),
        (expand("x", "flow"), "compose.expand[0]: flow has no template"),
        (select("s["), "compose.map[0]: 's[' is not a pattern"),
        (expand("x", "same"), "two steps would have the id 'done'"),
    ],
)
def test_what_can_not_be_done_is_said_with_its_rule(rules: str, said: str):
    same = 'type = "expansion"\n[[template]]\nid = "done"\n'
    text = FLOW + '[[steps]]\nid = "done"\n' + rules

    found = refused(text, shelf(two=TWO, flow=FLOW, same=same))
    assert found.startswith("f.formula.toml:")
    assert said in found


def test_two_expansions_that_make_one_id_are_both_named():
    same = 'type = "expansion"\n[[template]]\nid = "done"\n'
    said = refused(FLOW + select("[sx]", "same"), shelf(same=same))

    assert "two steps would have the id 'done': that of same at s and that of same at x" in said


def test_the_example_of_the_documents_is_cooked_to_what_they_say():
    text = (Path(__file__).parents[4] / "docs/formulas.md").read_text(encoding="utf-8")
    section = text.split("## One formula in another")[1].split("### Advice")[0]
    blocks = re.findall(r"```(?:toml)?\n(.*?)```", section, re.DOTALL)
    shiny, feature = (parse_formula(block, "doc.formula.toml") for block in blocks[:2])
    plan = cook(feature, Scope(), {}, Frozen({"shiny": shiny}))
    said = [line.split() for line in blocks[2].splitlines()]

    assert [[step.key, *step.needs] for step in plan.steps] == said
    assert plan.by_key["build.refine"].title == "Refine the importer, thoroughly"
