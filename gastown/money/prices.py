"""Prices: what tokens cost, in whole micro-dollars.

One USD per million tokens is one micro-dollar per token, so a price needs no conversion.
"""

import math
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from gastown.stage import Usage

FREE = Decimal(0)


@dataclass(frozen=True, slots=True)
class Prices:
    """USD per million tokens. Without a price of its own, a cached token costs as any input."""

    input: Decimal
    output: Decimal
    cached: Decimal | None = None


def cost(usage: Usage, prices: Prices) -> int:
    """Micro-dollars of the tokens in `usage`, rounded up once; cached tokens are part of input."""
    cached = min(usage.cached_tokens, usage.input_tokens)
    cached_price = prices.input if prices.cached is None else prices.cached
    total = (
        (usage.input_tokens - cached) * Fraction(prices.input)
        + cached * Fraction(cached_price)
        + usage.output_tokens * Fraction(prices.output)
    )
    return math.ceil(total)
