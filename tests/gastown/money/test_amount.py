"""Amounts are exact, and read as a person writes them."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.money.amount import dollars, micro


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (0, "$0.00"),
        (110_000, "$0.11"),
        (43_211, "$0.043211"),
        (1, "$0.000001"),
        (1_234_500_000, "$1,234.50"),
        (-40_000, "-$0.04"),
    ],
)
def test_an_amount_is_told_to_the_last_micro_dollar_with_cents_at_least(amount, said):
    assert dollars(amount) == said


@settings(max_examples=50)
@given(st.integers(0, 10**12))
def test_what_is_told_is_read_back(amount: int):
    assert micro(Decimal(dollars(amount).removeprefix("$").replace(",", ""))) == amount


def test_less_than_a_micro_dollar_is_dropped_from_a_cap():
    assert micro(Decimal("0.0000019")) == 1
