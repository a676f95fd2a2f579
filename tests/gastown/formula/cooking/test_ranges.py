"""Numbers of loops: expressions, names, and what is no number."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gastown.errors import FormulaError
from gastown.formula.cooking.ranges import MOST, count, rounds, whole

VALUES = {"n": "3", "low": "-2", "half": "0.5", "word": "many", "none": ""}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7", 7),
        (" 1 + 2 * 3 ", 7),
        ("(1+2)*3", 9),
        ("7/2", 3),
        ("-7/2", -3),
        ("2^3^2", 512),
        ("-2^2", -4),
        ("2^-1*4", 2),
        ("--3", 3),
        ("{n}", 3),
        ("{{n}}*2", 6),
        ("{{ n }}-{low}", 5),
        ("2^{n}-1", 7),
        ("{low}^2", 4),
        ("{half}*4", 2),
    ],
)
def test_an_expression_gives_a_whole_number(text: str, expected: int):
    assert whole(text, VALUES) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "something is missing"),
        ("1+", "something is missing"),
        ("1 2", "'2' is not understood"),
        ("(1", "something is missing"),
        ("(1]", "is not understood"),
        (")", "could not convert"),
        ("1/0", "zero"),
        ("9^9^9^9", "gives no number"),
        ("9" * 400, "beyond all numbers"),
        ("(" * 9999 + "1" + ")" * 9999, "nested too deeply"),
        ("-" * 9999 + "1", "nested too deeply"),
        ("(0-1)^0.5", "gives no number"),
        ("{missing}", "uses missing, which has no value"),
        ("{none}", "uses none, which has no value"),
        ("{word}", "which is 'many' and no number"),
        ("__import__('os')", "is not understood"),
    ],
)
def test_what_gives_no_number_is_said(text: str, said: str):
    with pytest.raises(FormulaError) as error:
        whole(text, VALUES)

    assert said in str(error.value)


def test_a_range_has_both_its_ends():
    assert list(rounds("1..{n}", VALUES)) == [1, 2, 3]
    assert list(rounds("{low}..2^{n}-9", VALUES)) == [-2, -1]
    assert list(rounds("4..4", VALUES)) == [4]


@pytest.mark.parametrize("text", ["3..1", "1", "1..", "..3", f"1..{MOST + 1}", "1..9^99"])
def test_a_range_that_is_none_or_too_long_is_refused(text: str):
    with pytest.raises(FormulaError):
        rounds(text, VALUES)


@pytest.mark.parametrize("number", [0, -1, "0", "{low}", MOST + 1, "9^9^9"])
def test_a_loop_goes_round_at_least_once_and_not_without_end(number: int | str):
    with pytest.raises(FormulaError):
        count(number, VALUES)


@given(st.text(alphabet="0123456789.+-*/^(){}n ", max_size=30))
def test_any_text_gives_a_number_or_a_finding(text: str):
    with suppress(FormulaError):
        assert isinstance(whole(text, VALUES), int)
