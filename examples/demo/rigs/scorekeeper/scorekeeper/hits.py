"""Hits: how well each beat of a workout was struck."""

from enum import Enum

PERFECT_MS = 40.0
GOOD_MS = 90.0


class Hit(Enum):
    """One beat, as a player met it; the value is its letter in a workout's text."""

    PERFECT = "P"
    GOOD = "G"
    MISS = "M"

    @property
    def points(self) -> int:
        """What the hit alone is worth."""
        return {Hit.PERFECT: 100, Hit.GOOD: 50, Hit.MISS: 0}[self]


def judge(offset_ms: float) -> Hit:
    """The hit of a strike that came `offset_ms` after (or, negative, before) its beat."""
    distance = abs(offset_ms)
    if distance <= PERFECT_MS:
        return Hit.PERFECT
    return Hit.GOOD if distance <= GOOD_MS else Hit.MISS


def parse(text: str) -> list[Hit]:
    """Read a workout such as `PPGM`. Raises ValueError naming the first bad letter."""
    for place, letter in enumerate(text, start=1):
        if letter not in "PGM":
            raise ValueError(f"beat {place}: {letter!r} is none of P, G, M")
    return [Hit(letter) for letter in text]
