"""What keeps a formula of the right shape from being cooked."""

import pytest

from gastown.formula.check import check
from gastown.formula.finding import Path
from gastown.formula.model import Formula
from gastown.formula.step import Step
from gastown.formula.var import Var
from tests.gastown.formula.given import a_formula


def said(*steps: Step, **variables: Var) -> list[tuple[Path, str]]:
    return [(remark.path, remark.message) for remark in check(a_formula(*steps, **variables))]


def test_a_sound_formula_has_no_remarks():
    assert said(Step(id="a"), Step(id="b", needs=("a",), each="rigs")) == []


def test_a_formula_has_a_name_and_steps():
    assert [remark.path for remark in check(Formula(name=""))] == [("formula",), ("steps",)]


def test_a_variable_may_be_required_and_have_a_default_that_counts():
    assert said(Step(id="a"), v=Var(required=True, default="")) == []


def test_a_default_has_to_fit_its_own_variable():
    assert said(Step(id="a"), v=Var(default="c", enum=("a", "b"))) == [
        (("vars", "v", "default"), "'c' is none of a, b")
    ]


def test_a_pattern_is_a_regular_expression():
    [(path, message)] = said(Step(id="a"), v=Var(pattern="(", default="x"))

    assert path == ("vars", "v", "pattern")
    assert message.startswith("'(' is not a regular expression: ")


def test_an_id_stands_once():
    assert said(Step(id="a"), Step(id="b"), Step(id="a")) == [
        (("steps", 2, "id"), "'a' is the id of step 1 already")
    ]


@pytest.mark.parametrize("name", ["", "a b", "a[b]", "{a}", "a\n"])
def test_an_id_leaves_room_for_keys_of_instances(name: str):
    assert said(Step(id=name)) == [
        (("steps", 0, "id"), f"{name!r}: an id is not empty and has no space, bracket or brace")
    ]


def test_needs_and_depends_on_name_steps():
    assert said(Step(id="build"), Step(id="b", needs=("biuld",), depends_on=("zzz",))) == [
        (("steps", 1, "needs"), "no step 'biuld'; did you mean build?"),
        (("steps", 1, "depends_on"), "no step 'zzz'"),
    ]


def test_a_condition_has_one_of_four_forms():
    [(path, message)] = said(Step(id="a", condition="{{x}} > 3"))

    assert path == ("steps", 0, "condition")
    assert "write {{v}}, !{{v}}" in message


ODD_EACH = (
    "'bead' is nothing to fan out over; write rigs, beads, assemblies or the name of a variable; "
    "did you mean beads?"
)


def test_each_names_what_there_is_to_fan_out_over():
    assert said(Step(id="a", each="bead"), Step(id="b", each="tags"), tags=Var()) == [
        (("steps", 0, "each"), ODD_EACH)
    ]


def test_every_cycle_is_said_as_a_chain_at_the_key_that_closes_it():
    steps = [
        Step(id="a", depends_on=("b",)),
        Step(id="b", needs=("c",)),
        Step(id="c", needs=("a",)),
        Step(id="d", needs=("d",)),
        Step(id="e", needs=("a",)),
    ]

    assert said(*steps) == [
        (("steps", 0, "depends_on"), "a cycle: a → b → c → a (each needs the next)"),
        (("steps", 3, "needs"), "a cycle: d → d (each needs the next)"),
    ]
