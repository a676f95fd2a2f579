"""The model's own readings of what a file writes."""

from datetime import date

import pytest
from pydantic import ValidationError

from gastown.formula.step import Step
from gastown.formula.var import Var


def test_a_variable_may_be_written_as_its_default():
    assert Var.model_validate("x") == Var(default="x")


@pytest.mark.parametrize(
    ("written", "default", "kind"),
    [(3, "3", "int"), (True, "true", "bool"), (["a", "b"], "a,b", "list"), ("3", "3", "string")],
)
def test_the_default_gives_the_type_where_none_is_written(written: object, default: str, kind: str):
    var = Var.model_validate({"default": written})

    assert (var.default, var.type) == (default, kind)


def test_items_of_an_enum_become_text():
    assert Var.model_validate({"enum": [1, "b", True]}).enum == ("1", "b", "true")


def test_an_empty_default_is_a_default():
    assert Var(default="").default == ""
    assert Var().default is None


def test_dates_in_metadata_become_text():
    step = Step(id="s", metadata={"due": [date(2026, 1, 29)]})

    assert step.metadata == {"due": ["2026-01-29"]}


@pytest.mark.parametrize("value", [float("nan"), float("-inf")])
def test_metadata_holds_no_number_that_json_has_not(value: float):
    with pytest.raises(ValidationError, match="no nan"):
        Step(id="s", metadata={"x": {"y": value}})


def test_metadata_is_not_nested_without_end():
    deep: list[object] = []
    for _ in range(30):
        deep = [deep]

    with pytest.raises(ValidationError, match="nested more than 20 deep"):
        Step(id="s", metadata={"x": deep})


def test_needs_and_depends_on_are_one_set_of_edges():
    assert Step(id="s", needs=("a", "b"), depends_on=("b", "c")).edges == ("a", "b", "c")
