"""Amounts: whole micro-dollars, made from what a person wrote and told as a person reads them."""

from decimal import Decimal

MICRO = 1_000_000
UNKNOWN = "\N{EN DASH}"


def micro(usd: Decimal) -> int:
    """Whole micro-dollars of an amount that is not negative; what is smaller is dropped."""
    return int(usd * MICRO)


def dollars(amount: int) -> str:
    """An amount to the last micro-dollar, with cents at least: $0.11, $0.043211."""
    sign = "-" if amount < 0 else ""
    whole, rest = divmod(abs(amount), MICRO)
    return f"{sign}${whole:,}.{f'{rest:06d}'.rstrip('0').ljust(2, '0')}"


def paid(amount: int, unpriced: int) -> str:
    """What was paid, as far as anybody knows: what has no known price did not cost nothing."""
    if not unpriced:
        return dollars(amount)
    return f"{dollars(amount)} + ?" if amount else UNKNOWN
