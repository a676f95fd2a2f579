"""What a formula has of those that it extends."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.errors import FormulaError
from gastown.formula.compose import BondPoint, Compose, ExpandRule, Hook
from gastown.formula.extend import extended
from gastown.formula.legs import Input, Leg, Output, Preset, Synthesis
from gastown.formula.library import Frozen
from gastown.formula.model import Formula
from gastown.formula.parse import parse
from gastown.formula.step import Step
from gastown.formula.var import Var
from tests.gastown.formula.baked import baked, needs, read, shelf

PARENT = """
description = "The parent."
version = 3
type = "workflow"
phase = "vapor"
pour = true
agent = "claude"
review_only = true
pointcuts = [{ glob = "*" }]
[vars]
a = "1"
b = "2"
[squash]
trigger = "on_complete"
[prompts]
base = "Look."
[inputs.pr]
required = true
[output]
directory = "out"
synthesis = "sum.md"
[presets.quick]
legs = ["l"]
[[legs]]
id = "l"
[synthesis]
title = "Sum"
[[steps]]
id = "one"
[[steps]]
id = "two"
title = "Two"
needs = ["one"]
[[template]]
id = "{target}.t"
[[advice]]
target = "*"
[[advice.before]]
id = "{step.id}.pre"
[[aspects]]
id = "side"
[compose]
aspects = ["x"]
[[compose.bond_points]]
id = "end"
after_step = "two"
[[compose.branch]]
from = "one"
steps = ["two"]
join = "three"
[[compose.gate]]
before = "two"
condition = "step.status == 'complete'"
[[compose.hooks]]
trigger = "label:x"
attach = "h"
[[compose.expand]]
target = "one"
with = "e"
[[compose.map]]
select = "t*"
with = "m"
"""


def a_parent(text: str = PARENT) -> Formula:
    """Read without the checks of a whole formula: parts of it belong to different kinds."""
    return read_as_it_is(text, "p")


def read_as_it_is(text: str, name: str) -> Formula:
    return parse(f'formula = "{name}"\n{text}', f"{name}.formula.toml").formula


def child(text: str) -> Formula:
    return read_as_it_is(f'extends = ["p"]\n{text}', "c")


def test_everything_is_inherited():
    """Each key of the format that the parent says, and not a key more than there are."""
    parent = a_parent()
    said = parent.model_fields_set | {"source", "digest", "extends"}
    whole = extended(child(""), Frozen({"p": parent}))

    assert said == set(Formula.model_fields)
    for key in said - {"name", "source", "digest", "extends"}:
        assert getattr(whole, key) == getattr(parent, key), key
    assert (whole.name, whole.source, whole.extends) == ("c", "c.formula.toml", ())


def test_a_step_of_the_same_id_is_replaced_whole_in_its_place_and_new_ones_follow():
    whole = extended(
        child('[[steps]]\nid = "three"\n[[steps]]\nid = "one"\ntitle = "New"\n'),
        Frozen({"p": a_parent()}),
    )

    assert [(step.id, step.title) for step in whole.steps] == [
        ("one", "New"),
        ("two", "Two"),
        ("three", ""),
    ]


def test_a_step_within_another_is_replaced_there():
    parent = Formula(
        name="p",
        steps=(Step(id="a", children=(Step(id="b"), Step(id="c", children=(Step(id="d"),)))),),
    )
    mine = Formula(name="m", extends=("p",), steps=(Step(id="d", title="new"), Step(id="e")))

    whole = extended(mine, Frozen({"p": parent}))

    assert whole.steps[0].children[1].children == (Step(id="d", title="new"),)
    assert [step.id for step in whole.steps] == ["a", "e"]


def test_a_variable_a_leg_and_what_else_has_a_name_is_replaced_whole():
    parent = Formula(
        name="p",
        type="convoy",
        vars={"a": Var(default="1", description="A"), "b": Var(default="2")},
        legs=(Leg(id="x", focus="old"), Leg(id="y")),
        prompts={"base": "old", "more": "kept"},
        presets={"q": Preset(legs=("x",))},
        inputs={"pr": Input(required=True)},
    )
    mine = Formula(
        name="m",
        extends=("p",),
        vars={"a": Var(default="3")},
        legs=(Leg(id="z"), Leg(id="x", title="new")),
        prompts={"base": "new"},
        presets={"r": Preset(legs=("z",))},
        inputs={"pr": Input(default="7")},
    )

    whole = extended(mine, Frozen({"p": parent}))

    assert whole.vars == {"a": Var(default="3"), "b": Var(default="2")}
    assert whole.legs == (Leg(id="x", title="new"), Leg(id="y"), Leg(id="z"))
    assert whole.prompts == {"base": "new", "more": "kept"}
    assert list(whole.presets) == ["q", "r"]
    assert whole.inputs == {"pr": Input(default="7")}
    assert whole.type == "convoy"


def test_compose_of_both_sides_is_there():
    parent = Compose(
        bond_points=(BondPoint(id="end", after_step="a"), BondPoint(id="x", after_step="a")),
        hooks=(Hook(trigger="type:bug", attach="h"),),
        expand=(ExpandRule.model_validate({"target": "a", "with": "e"}),),
        aspects=("one",),
    )
    mine = Compose(
        bond_points=(BondPoint(id="end", after_step="b"),),
        hooks=(Hook(trigger="label:y", attach="h"),),
        expand=(ExpandRule.model_validate({"target": "b", "with": "e"}),),
        aspects=("one", "two"),
    )
    whole = extended(
        Formula(name="m", extends=("p",), compose=mine),
        Frozen({"p": Formula(name="p", compose=parent)}),
    ).compose

    assert [(one.id, one.after_step) for one in whole.bond_points] == [("end", "b"), ("x", "a")]
    assert [one.trigger for one in whole.hooks] == ["type:bug", "label:y"]
    assert [one.target for one in whole.expand] == ["a", "b"]
    assert whole.aspects == ("one", "two")


def test_of_tables_that_are_there_once_each_key_counts_alone():
    parent = Formula(
        name="p",
        output=Output(directory="out", synthesis="sum.md"),
        synthesis=Synthesis(title="Sum", depends_on=("a", "b")),
        squash={"trigger": "on_complete", "keep": 1},
    )
    mine = Formula(
        name="m",
        extends=("p",),
        output=Output(directory="there"),
        synthesis=Synthesis(depends_on=("a",)),
        squash={"keep": 2},
    )

    whole = extended(mine, Frozen({"p": parent}))

    assert whole.output == Output(directory="there", synthesis="sum.md")
    assert whole.synthesis == Synthesis(title="Sum", depends_on=("a",))
    assert whole.squash == {"trigger": "on_complete", "keep": 2}


def test_the_childs_own_word_counts_even_where_it_is_what_an_unsaid_one_would_be():
    whole = extended(child('type = "workflow"\npour = false\n'), Frozen({"p": a_parent()}))

    assert (whole.type, whole.pour, whole.phase) == ("workflow", False, "vapor")


def test_without_a_type_of_its_own_a_child_is_of_its_parents():
    aspect = read('type = "aspect"\n[[advice]]\ntarget = "*"\n[[advice.after]]\nid = "x"\n', "p")

    assert extended(child(""), Frozen({"p": aspect})).type == "aspect"
    assert extended(child('[[steps]]\nid = "a"\n'), Frozen({"p": aspect})).type == "aspect"
    assert extended(child('type = "workflow"\n'), Frozen({"p": aspect})).type == "workflow"


def test_of_several_parents_the_steps_stand_in_order_and_the_first_says_a_variable():
    library = shelf(
        p='[vars]\nv = "1"\n[[steps]]\nid = "a"\n',
        q='description = "Q"\n[vars]\nv = "2"\nw = "3"\n[[steps]]\nid = "b"\nneeds = []\n',
    )
    mine = read('extends = ["p", "q"]\n[[steps]]\nid = "c"\nneeds = ["a", "b"]\n', "m")

    whole = extended(mine, library)

    assert [step.id for step in whole.steps] == ["a", "b", "c"]
    assert {name: var.default for name, var in whole.vars.items()} == {"v": "1", "w": "3"}
    assert whole.description == "Q"


def test_what_two_parents_have_of_one_grandparent_is_there_once():
    library = shelf(
        base='[[steps]]\nid = "a"\n[[advice]]\ntarget = "a"\n[[advice.after]]\nid = "z"\n',
        p='extends = ["base"]\n[[steps]]\nid = "b"\n',
        q='extends = ["base"]\n[[steps]]\nid = "c"\n',
    )

    whole = extended(read('extends = ["p", "q"]\n', "m"), library)

    assert [step.id for step in whole.steps] == ["a", "b", "c"]
    assert len(whole.advice) == 1


def test_two_parents_that_say_a_step_in_two_ways_are_refused_unless_the_child_says_it():
    library = shelf(p='[[steps]]\nid = "a"\n', q='[[steps]]\nid = "a"\ntitle = "A"\n')

    with pytest.raises(FormulaError) as error:
        extended(read('extends = ["p", "q"]\n', "m"), library)
    assert str(error.value) == (
        "m.formula.toml: steps.a: p and q both say 'a', in two ways; say it here"
    )
    mine = read('extends = ["p", "q"]\n[[steps]]\nid = "a"\ntitle = "mine"\n', "m")
    assert [step.title for step in extended(mine, library).steps] == ["mine"]


def test_a_cycle_is_said_as_a_chain():
    library = shelf(a='extends = ["b"]\n', b='extends = ["c"]\n', c='extends = ["b"]\n')

    with pytest.raises(FormulaError) as error:
        extended(library.load("a"), library)

    assert str(error.value) == (
        "c.formula.toml: extends[0]: a cycle: b -> c -> b (each extends the next)"
    )


def test_a_formula_that_extends_itself_is_a_cycle():
    library = shelf(a='extends = ["a"]\n')

    with pytest.raises(FormulaError, match="a cycle: a -> a"):
        extended(library.load("a"), library)


def test_a_parent_that_is_not_there_is_named_with_the_file_and_the_nearest():
    with pytest.raises(FormulaError) as error:
        extended(read('extends = ["sihp"]\n', "m"), shelf(ship='[[steps]]\nid = "a"\n'))

    assert str(error.value) == (
        "m.formula.toml: extends[0]: no formula 'sihp' here; did you mean ship?"
    )


def test_more_generations_than_anyone_needs_are_refused():
    texts = {f"g{number}": f'extends = ["g{number + 1}"]\n' for number in range(60)}
    library = shelf(**texts, g60='[[steps]]\nid = "a"\n')

    with pytest.raises(FormulaError, match="more than 50 formulas deep"):
        extended(library.load("g0"), library)


def test_a_formula_that_only_extends_can_be_cooked():
    library = shelf(p='[[steps]]\nid = "a"\n[[steps]]\nid = "b"\nneeds = ["a"]\n')

    assert needs(baked('extends = ["p"]\n', library)) == {"a": (), "b": ("a",)}


def test_a_step_may_need_one_of_the_parents():
    library = shelf(p='[[steps]]\nid = "a"\n')
    plan = baked('extends = ["p"]\n[[steps]]\nid = "b"\nneeds = ["a"]\n', library)

    assert needs(plan) == {"a": (), "b": ("a",)}


NAMES = st.lists(st.sampled_from("abcdef"), unique=True, max_size=4)


@settings(max_examples=60)
@given(NAMES, NAMES)
def test_no_step_of_either_side_is_lost_and_none_is_there_twice(under: list[str], over: list[str]):
    parent = Formula(name="p", steps=tuple(Step(id=name, title="old") for name in under))
    mine = Formula(
        name="m", extends=("p",), steps=tuple(Step(id=name, title="new") for name in over)
    )

    whole = extended(mine, Frozen({"p": parent}))

    assert [s.id for s in whole.steps] == [*under, *(name for name in over if name not in under)]
    assert {s.id for s in whole.steps if s.title == "new"} == set(over)
    assert extended(whole, Frozen()) is whole
