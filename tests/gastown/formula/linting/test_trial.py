"""What only cooking can tell."""

import pytest

from tests.gastown.formula.linting.said import odd, step

E = {"type": "expansion", "template": [{"id": "{target}.x", "title": "t"}]}
OTHER = '\n[[steps]]\nid = "c"\ntitle = "t"\nneeds = ["a.{}"]'


def test_what_an_expansion_makes_can_be_needed_and_nothing_else_of_it():
    assert odd(step('expand = "e"') + OTHER.replace("{}", "x"), e=E) == {}

    (message,) = odd(step('expand = "e"') + OTHER.replace("{}", "y"), e=E).values()
    assert message.startswith("can't be cooked: ")
    assert "'a.y'" in message


def test_a_value_is_thought_of_where_one_is_required():
    text = '[vars.n]\nrequired = true\ntype = "int"\n'
    loop = 'loop = {count = "{n}", body = [{id = "b", title = "t"}]}'

    assert odd(text + step(loop)) == {}


@pytest.mark.parametrize("loop", ['range = "1..{n}"', 'range = "5..2*{n}"', 'count = "{{n}}"'])
def test_a_number_is_thought_of_where_a_loop_counts_with_it(loop: str):
    body = f'loop = {{{loop}, body = [{{id = "b", title = "t"}}]}}'

    assert odd("[vars.n]\nrequired = true\n" + step(body)) == {}


def test_a_loop_that_no_number_fits():
    loop = 'loop = {range = "0..-{n}", body = [{id = "b", title = "t"}]}'
    found = odd("[vars.n]\nrequired = true\n" + step(loop))

    assert "before it begins" in found["steps.a"]


def test_without_a_value_that_fits_a_pattern_there_is_no_trial():
    text = '[vars.n]\nrequired = true\npattern = "^[0-9]$"\n'
    loop = 'loop = {range = "5..{n}", body = [{id = "b", title = "t"}]}'

    assert odd(text + step(loop)) == {}


def test_a_range_that_ends_before_it_begins():
    found = odd(step('loop = {range = "3..1", body = [{id = "b", title = "t"}]}'))

    assert "ends at 1, before it begins at 3" in found["steps.a"]


def test_a_value_that_a_parent_asks_for_is_thought_of_too():
    parent = {
        "vars": {"what": {"required": True}},
        "steps": [{"id": "a", "title": "{{what}}"}],
    }

    assert (
        odd('extends = ["p"]\ncompose.expand = [{target = "a", with = "e"}]', p=parent, e=E) == {}
    )
