"""Formulas that name others."""

from gastown.formula.lint import lint
from tests.gastown.formula.linting.said import odd, step

E = {"type": "expansion", "vars": {"x": ""}, "template": [{"id": "{target}.x", "title": "{x}"}]}


def test_a_formula_that_is_not_there_is_an_error():
    assert odd(step('expand = "other"'), outer=E) == {
        "steps.a.expand": "no formula 'other' here; did you mean outer?"
    }
    assert "compose.aspects[0]" in odd(f'{step()}\n[compose]\naspects = ["z"]')
    assert "extends" in odd('extends = ["z"]')


def test_without_a_library_names_are_not_judged():
    text = 'formula = "f"\n' + step('expand = "z"')

    assert [one for one in lint(text, "f.toml", ()) if one.severity == "error"] == []


def test_each_place_takes_a_formula_of_its_kind():
    flow = {"steps": [{"id": "x", "title": "t"}]}

    assert odd(step('expand = "g"'), g=flow) == {
        "steps.a.expand": "'g' is of the kind workflow; this takes an expansion"
    }
    assert odd(f'{step()}\n[compose]\naspects = ["e"]', e=E) == {
        "compose.aspects[0]": "'e' is of the kind expansion; this takes an aspect"
    }


def test_a_value_goes_to_a_variable_that_is_there():
    assert odd(step('expand = "e"', 'expand_vars = {x = "1"}'), e=E) == {}
    assert odd(step('expand = "e"', 'expand_vars = {y = "1"}'), e=E) == {
        "steps.a.expand": "'e' has no variable 'y'"
    }


def test_references_are_judged_with_what_is_inherited():
    text = 'extends = ["g"]\n' + step('needs = ["x", "y"]', 'notes = "{{v}} {{w}}"')
    parent = {"vars": {"v": ""}, "steps": [{"id": "x", "title": "t"}]}

    assert odd(text, g=parent) == {
        "steps.a.needs": "no step 'y'",
        "steps.a.notes": "{{w}} is no variable; it stays as it is written",
    }


def test_what_is_wrong_with_the_parents_together_is_said_at_extends():
    broken = {"extends": ["f"], "steps": [{"id": "x", "title": "t"}]}

    assert "extends" in odd('extends = ["g"]', g=broken)


def test_a_bond_takes_no_value_that_its_formula_has_no_variable_for():
    rule = 'on_complete = {for_each = "output.a", bond = "w", vars = {y = "1"}}'
    bond = {"steps": [{"id": "x", "title": "{{x}}"}]}

    assert odd(step(rule), w=bond) == {"steps.a.on_complete.bond": "'w' has no variable 'y'"}
