"""Values as written and as text."""

import pytest

from gastown.formula.values import items, kind_of, text_of, truthy


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        ("a", "string", "a"),
        (3, "int", "3"),
        (1.5, "string", "1.5"),
        (True, "bool", "true"),
        (["a", 2], "list", "a,2"),
    ],
)
def test_a_value_has_a_kind_and_a_text(value: object, kind: str, text: str):
    assert (kind_of(value), text_of(value)) == (kind, text)


@pytest.mark.parametrize("value", [None, {"a": 1}, ["a,b"], [["a"]], [None]])
def test_what_no_variable_can_hold_is_refused(value: object):
    with pytest.raises(ValueError, match=r"value|list"):
        text_of(value)


def test_items_are_trimmed_once_each_and_in_order():
    assert items(" b, a,,b ,c") == ("b", "a", "c")
    assert items("") == ()


@pytest.mark.parametrize("text", ["", "false", "FALSE", "0", "no", "Off", " no "])
def test_these_are_false(text: str):
    assert not truthy(text)


@pytest.mark.parametrize("text", ["true", "1", "yes", "on", "anything", "00"])
def test_everything_else_is_true(text: str):
    assert truthy(text)
