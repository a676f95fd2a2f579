"""Item texts: what a fan-out's variables say of one item."""

import pytest

from gastown.errors import FormulaError
from gastown.formula.item_texts import item_texts

ITEM = {"name": "a", "deep": {"list": ["x", 2]}, "flag": True, "none": None}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{item.name} {index}", "a 3"),
        ("{item.deep.list.1}", "2"),
        ("{item.deep.list}", '["x",2]'),
        ("{item.flag}", "true"),
        ("[{item.none}{item.missing}]", "[]"),
        ("{{item}} {{index}} {other} {item.}", "{{item}} {{index}} {other} {item.}"),
        ("nothing", "nothing"),
    ],
)
def test_a_text_says_the_item_its_fields_and_its_place(text: str, expected: str):
    assert item_texts({"v": text}, ITEM, 3) == {"v": expected}


@pytest.mark.parametrize(
    ("item", "expected"),
    [("text", "text"), (2, "2"), ([1], "[1]"), ({"b": 1, "a": 2}, '{"a": 2, "b": 1}')],
)
def test_a_whole_item_is_text_or_json(item: object, expected: str):
    assert item_texts({"v": "{item}"}, item, 0) == {"v": expected}


def test_what_stands_in_an_item_is_not_read_again():
    assert item_texts({"v": "{item}"}, "{index} {item} {{v}}", 0) == {"v": "{index} {item} {{v}}"}


def test_a_field_of_what_has_none_is_refused():
    with pytest.raises(
        FormulaError, match=r"item 4 is str and has no fields, so no \{item\.name\}"
    ):
        item_texts({"v": "{item.name}"}, "text", 4)
