"""Money is whole micro-dollars, exact and never rounded in our favour."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.money.prices import Prices, cost
from gastown.stage import Usage

GEMINI = Prices(Decimal("0.30"), Decimal("2.50"), Decimal("0.03"))


def test_a_million_tokens_cost_their_price():
    assert cost(Usage(input_tokens=1_000_000), GEMINI) == 300_000
    assert cost(Usage(output_tokens=1_000_000), GEMINI) == 2_500_000


def test_cached_tokens_are_part_of_the_input():
    assert cost(Usage(input_tokens=1_000_000, cached_tokens=900_000), GEMINI) == 57_000


def test_without_a_price_of_their_own_cached_tokens_cost_as_any_input():
    plain = Prices(Decimal("0.30"), Decimal("2.50"))

    assert cost(Usage(input_tokens=1_000_000, cached_tokens=900_000), plain) == 300_000


def test_a_free_cached_token_is_free():
    assert (
        cost(Usage(input_tokens=9, cached_tokens=9), Prices(Decimal(1), Decimal(1), Decimal(0)))
        == 0
    )


def test_the_sum_is_rounded_up_once():
    tenth = Prices(Decimal("0.1"), Decimal("0.1"))

    assert cost(Usage(input_tokens=1), tenth) == 1
    assert cost(Usage(input_tokens=5, output_tokens=5), tenth) == 1
    assert cost(Usage(), tenth) == 0


def test_more_cached_tokens_than_input_never_lower_the_cost_below_nothing():
    assert cost(Usage(input_tokens=10, cached_tokens=99), GEMINI) == 1


tokens = st.integers(0, 10**7)
prices = st.decimals(0, 100, places=4)


@settings(max_examples=60)
@given(tokens, tokens, tokens, prices, prices, st.none() | prices)
def test_the_cost_is_the_exact_sum_rounded_up(
    fresh: int, cached: int, said: int, low: Decimal, high: Decimal, seen: Decimal | None
):
    usage = Usage(input_tokens=fresh + cached, cached_tokens=cached, output_tokens=said)
    exact = fresh * Fraction(low) + cached * Fraction(low if seen is None else seen)
    exact += said * Fraction(high)

    assert 0 <= cost(usage, Prices(low, high, seen)) - exact < 1
