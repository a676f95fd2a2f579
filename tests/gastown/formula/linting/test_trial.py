"""What only cooking can tell."""

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
