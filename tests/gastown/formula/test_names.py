"""Names in double braces."""

from gastown.formula.names import fill, fill_all, texts, used, used_in
from gastown.formula.step import Step
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
    step = Step(id="s", labels=("l",), metadata={"m": ["deep"]})

    assert {key for key, _ in texts(step)} == {
        "title", "description", "notes", "acceptance", "type", "assignee", "role", "labels",
        "metadata",
    }  # fmt: skip
    assert ("metadata", "deep") in texts(step)


def test_a_formula_uses_names_in_texts_conditions_and_each():
    steps = (
        Step(id="a", title="{{t}}", metadata={"m": "{{m}}"}, labels=("{{l}}",)),
        Step(id="b", condition="!{{c}}", each="things"),
    )

    assert used_in(a_formula(*steps)) == {"t", "m", "l", "c", "things"}
