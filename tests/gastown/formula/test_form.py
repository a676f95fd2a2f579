"""A formula's variables as a form."""

from typing import Any

from jsonschema import Draft202012Validator

from gastown.formula.form import choice, form
from gastown.formula.parse import parse_formula

TEXT = """
formula = "ship"
description = "Ship a version. Slowly."
[vars.version]
description = "What it is called."
required = true
pattern = "^[0-9.]+$"
[vars.channel]
default = "beta"
enum = ["beta", "stable"]
[vars.tries]
default = 3
[vars.dry]
default = true
[vars.assets]
default = ["a", "b"]
enum = ["a", "b", "c"]
[vars.note]
[[steps]]
id = "a"
title = "{{version}} {{channel}} {{tries}} {{dry}} {{assets}} {{note}}"
"""
SHIP = form(parse_formula(TEXT, "ship.formula.toml"))


def fits(value: dict[str, Any]) -> bool:
    Draft202012Validator.check_schema(SHIP)
    return Draft202012Validator(SHIP).is_valid(value)


def test_each_variable_is_a_field_with_its_description_default_and_values():
    fields = SHIP["properties"]

    assert fields["version"]["description"] == "What it is called."
    assert fields["channel"]["enum"] == ["beta", "stable"]
    assert [fields[name]["default"] for name in ("channel", "tries", "dry", "assets")] == [
        "beta", 3, True, ["a", "b"],
    ]  # fmt: skip
    assert (SHIP["title"], SHIP["description"]) == ("ship", "Ship a version")


def test_what_the_formula_refuses_the_form_refuses():
    assert fits({"formula": "ship", "version": "1.0"})
    assert not fits({"formula": "ship"})
    assert not fits({"formula": "ship", "version": "one"})
    assert not fits({"formula": "ship", "version": "1", "channel": "none"})
    assert not fits({"formula": "ship", "version": "1", "assets": ["d"]})
    assert not fits({"formula": "other", "version": "1"})


def test_of_several_formulas_one_is_chosen_and_its_own_fields_count():
    other = parse_formula('formula = "o"\n[[steps]]\nid = "a"', "o.formula.toml")
    field, definitions = choice([parse_formula(TEXT, "ship.formula.toml"), other])
    schema = Draft202012Validator({**field, "definitions": definitions})

    assert schema.is_valid({"formula": "o"})
    assert schema.is_valid({"formula": "ship", "version": "2"})
    assert not schema.is_valid({"formula": "ship"})
