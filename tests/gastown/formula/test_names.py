"""Names in double braces."""

from gastown.formula.compose import Advice, AdviceStep, Around, Compose, Hook
from gastown.formula.model import Formula
from gastown.formula.names import (
    expressions,
    fill,
    fill_all,
    placeholders,
    texts,
    used,
    used_in,
)
from gastown.formula.step import Gate, Loop, OnComplete, Step
from tests.gastown.formula.given import a_formula


def test_a_known_name_is_replaced_and_an_unknown_one_stays():
    assert fill("{{a}}-{{b}}", {"a": "1"}) == "1-{{b}}"


def test_replacing_is_one_pass():
    assert fill("{{a}}", {"a": "{{b}}", "b": "2"}) == "{{b}}"


def test_only_the_exact_form_is_a_name():
    text = "{{ a }} {a} {{#if a}} {{1a}} {{a-b}}"

    assert fill(text, {"a": "1"}) == text
    assert used(text) == []


def test_texts_inside_tables_and_lists_are_filled_and_their_keys_stay():
    table = {"{{a}}": ["{{a}}", {"b": "x{{a}}"}, 3, True]}

    assert fill_all(table, {"a": "1"}) == {"{{a}}": ["1", {"b": "x1"}, 3, True]}


def test_every_text_key_of_a_step_is_named():
    step = Step(
        id="s",
        labels=("l",),
        metadata={"m": ["deep"]},
        expand_vars={"x": "t"},
        gate=Gate(await_id="g"),
        on_complete=OnComplete(bond="b", vars={"v": "w"}),
    )

    assert {".".join(map(str, key)) for key, _ in texts(step)} == {
        "title", "description", "notes", "acceptance", "design", "type", "assignee", "role",
        "labels", "metadata", "expand_vars.x", "gate.type", "gate.id", "gate.await_id",
        "gate.timeout", "on_complete.bond", "on_complete.vars.v",
    }  # fmt: skip
    assert (("metadata",), "deep") in texts(step)


def test_numbers_of_a_loop_may_be_texts():
    loop = Loop(count=3, range="1..{n}", max="{{m}}")

    assert dict(expressions(Step(id="s", loop=loop))) == {
        ("loop", "range"): "1..{n}",
        ("loop", "max"): "{{m}}",
    }


def test_a_formula_uses_names_in_texts_conditions_and_each():
    steps = (
        Step(id="a", title="{{t}}", metadata={"m": "{{m}}"}, labels=("{{l}}",)),
        Step(id="b", condition="!{{c}}", each="things"),
    )

    assert used_in(a_formula(*steps)) == {"t", "m", "l", "c", "things"}


def test_a_formula_uses_names_at_any_depth_and_in_what_is_woven_in():
    formula = Formula(
        name="f",
        steps=(
            Step(id="a", children=(Step(id="b", notes="{{child}}"),)),
            Step(
                id="c",
                loop=Loop(
                    range="1..2^{n}",
                    max="{{m}}",
                    until="{{u}}.status == closed",
                    body=(Step(id="d", gate=Gate(timeout="{{gate}}")),),
                ),
            ),
        ),
        template=(Step(id="e", expand_vars={"x": "{{expand}}"}),),
        advice=(Advice(target="*", around=Around(after=(AdviceStep(id="g", title="{{adv}}"),))),),
        compose=Compose(hooks=(Hook(vars={"x": "{{hook}}"}),)),
    )

    assert used_in(formula) == {"child", "n", "m", "u", "gate", "expand", "adv", "hook"}


def test_a_name_in_single_braces_is_none_in_double_ones():
    assert placeholders("{a} {{b}} {c.d} {1} {e f}") == ["a", "c.d"]
