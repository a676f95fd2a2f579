"""Variables: values, defaults, and everything that is refused."""

from typing import Any

import pytest

from gastown.errors import FormulaError
from gastown.formula.step import Step
from gastown.formula.var import Var
from gastown.formula.vars import compiled, misfits, nearest, resolve
from tests.gastown.formula.given import a_formula

VALUES = "a value is text, a number, true, false, or a list of these"


def values_of(given: dict[str, Any], **variables: Var) -> dict[str, str]:
    return resolve(a_formula(Step(id="s", title="{{loose}}"), **variables), given)


def test_a_value_comes_before_the_default_and_the_default_before_nothing():
    variables = {"a": Var(default="1"), "b": Var(default="2"), "c": Var()}

    assert values_of({"a": "9"}, **variables) == {"a": "9", "b": "2", "c": ""}


def test_a_default_counts_where_a_value_is_required():
    variables = {"a": Var(required=True, default="1"), "b": Var(required=True, default="")}

    assert values_of({}, **variables) == {"a": "1", "b": ""}


def test_an_empty_value_is_a_value():
    assert values_of({"a": ""}, a=Var(default="1")) == {"a": ""}


def test_a_name_that_only_a_text_uses_may_be_given():
    assert values_of({"loose": "x"}) == {"loose": "x"}


def test_values_may_be_numbers_truths_and_lists():
    assert values_of({"a": 3, "b": True, "c": ["x", "y"]}, a=Var(), b=Var(), c=Var()) == {
        "a": "3",
        "b": "true",
        "c": "x,y",
    }


def test_everything_that_is_wrong_is_said_at_once():
    variables = {
        "target": Var(required=True),
        "branch": Var(required=True),
        "env": Var(enum=("test", "prod")),
        "count": Var(type="int"),
        "flag": Var(type="bool"),
        "ticket": Var(pattern=r"^[A-Z]+-\d+$"),
        "number": Var(),
    }
    given = {
        "branch": "",
        "env": "dev",
        "count": "1.5",
        "flag": "maybe",
        "ticket": "x",
        "ount": "1",
    }

    with pytest.raises(FormulaError) as error:
        values_of({**given, "number": {"a": 1}}, **variables)

    there = "branch, count, env, flag, loose, number, target, ticket"
    assert error.value.findings == [
        f"f.formula.toml: variable number: {VALUES}",
        f"f.formula.toml: variable ount: no such variable; there are: {there}",
        "f.formula.toml: missing: branch, target; give a value with --set branch=… --set target=…",
        "f.formula.toml: variable env: 'dev' is none of test, prod",
        "f.formula.toml: variable count: '1.5' is not a whole number",
        "f.formula.toml: variable flag: 'maybe' is neither true nor false",
        "f.formula.toml: variable ticket: 'x' does not match '^[A-Z]+-\\\\d+$'",
    ]


def test_a_pattern_may_match_anywhere():
    assert list(misfits(Var(pattern="b+"), "abc")) == []


def test_empty_text_stands_for_no_value_and_fits():
    assert list(misfits(Var(type="int", enum=("1",), pattern="1"), "")) == []


def test_a_list_is_judged_item_by_item():
    assert list(misfits(Var(type="list", enum=("a", "b")), "a, c")) == ["'c' is none of a, b"]


@pytest.mark.parametrize("pattern", ["[", "(?P<", "a{99999999999}", "[[:alpha:]]", "*"])
def test_a_bad_pattern_is_refused(pattern: str):
    with pytest.raises(ValueError, match="is not a regular expression"):
        compiled(pattern)


def test_the_nearest_name_is_offered_only_if_there_is_one():
    assert nearest("need", ["needs", "title"]) == "; did you mean needs?"
    assert nearest("zzz", ["needs", "title"]) == ""


def test_a_formula_without_variables_says_so():
    formula = a_formula(Step(id="a", title="{{bead}} {{else}}"))

    with pytest.raises(FormulaError, match="no such variable; there is none"):
        resolve(formula, {"v": "1"})
