"""A formula as text says what the formula says."""

import json
from typing import Any, Literal

import pytest
import tomlkit
from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.formula.legs import Leg
from gastown.formula.lint import lint
from gastown.formula.model import Formula
from gastown.formula.parse import parse
from gastown.formula.step import Step
from gastown.formula.written import written
from tests.gastown.formula.generator import FORMULAS, broken


def read(text: str, source: str = "f") -> Formula:
    return parse(text, source).formula.model_copy(update={"digest": "", "source": ""})


def again(formula: Formula, form: Literal["toml", "json"]) -> Formula:
    return read(written(formula, form), f"f.{form}")


@settings(max_examples=80, deadline=None)
@given(FORMULAS)
def test_parse_print_parse_is_a_fixpoint(document: dict[str, Any]):
    formula = read(json.dumps(document))

    assert again(formula, "json") == again(formula, "toml") == formula
    assert written(again(formula, "toml")) == written(formula)


@settings(max_examples=60, deadline=None)
@given(FORMULAS)
def test_toml_says_what_json_says(document: dict[str, Any]):
    assert read(tomlkit.dumps(document)) == read(json.dumps(document))


@settings(max_examples=80, deadline=None)
@given(broken())
def test_what_is_kept_of_a_broken_formula_can_be_printed(document: dict[str, Any]):
    formula = read(json.dumps(document, allow_nan=False)) if finite(document) else Formula(name="f")

    assert again(formula, "toml") == again(formula, "json")


def finite(document: object) -> bool:
    return "NaN" not in json.dumps(document) and "Infinity" not in json.dumps(document)


@settings(max_examples=60, deadline=None)
@given(FORMULAS)
def test_what_the_grammar_makes_has_no_error(document: dict[str, Any]):
    found = lint(json.dumps(document), "f.json", ())

    assert [one for one in found if one.severity == "error"] == []


NASTY = st.text(st.sampled_from("\"'\\\n\r\t\x00\x7f\x1f#=[]{},. ü\U0001f600"), max_size=12)


@settings(max_examples=120, deadline=None)
@given(
    NASTY,
    st.dictionaries(
        NASTY, NASTY | st.integers(-(2**62), 2**62) | st.floats(allow_nan=False), max_size=3
    ),
)
def test_any_text_and_key_survives(text: str, table: dict[str, Any]):
    if any(value in (float("inf"), float("-inf")) for value in table.values()):
        return
    formula = Formula(name="f", description=text, squash={"t": table, "l": [table, text]})

    assert again(formula, "toml").description == text
    assert again(formula, "toml").squash == again(formula, "json").squash


def test_a_file_reads_as_a_person_would_write_it():
    text = '''\
formula = "ship"
description = """
Two
lines."""

[vars.what]
default = "it"

[[steps]]
id = "a"
metadata = {k = [1, "x"]}

[steps.gate]
type = "human"

[[steps.children]]
id = "b"
needs = ["a"]

[[compose.map]]
select = "*"
with = "e"
'''
    assert written(read(text)) == text


def test_one_step_of_advice_is_written_as_other_tools_read_it():
    steps = [{"id": "{step.id}.one"}, {"id": "{step.id}.two"}]
    advice = {"target": "a", "before": steps[:1], "after": steps, "around": {"before": steps[:1]}}
    formula = read(json.dumps({"formula": "f", "type": "aspect", "advice": [advice]}))

    told = json.loads(written(formula, "json"))["advice"][0]
    assert told == {**advice, "before": steps[0]}
    assert again(formula, "toml") == again(formula, "json") == formula
    assert "[advice.before]" in written(formula)


def test_the_kind_is_written_where_it_could_be_mistaken():
    legs = Formula(name="f", legs=(Leg(id="a"),))

    assert again(legs, "toml").type == "workflow"
    assert "type" not in written(Formula(name="f", steps=(Step(id="a"),)))


@pytest.mark.parametrize("form", ["toml", "json"])
def test_what_is_not_said_is_not_written(form: Literal["toml", "json"]):
    (step,) = again(read('formula = "f"\n[[steps]]\nid = "a"\ntype = "task"'), form).steps

    assert step.model_fields_set == {"id", "type"}
