"""Card: a workout's result as a few lines of text."""

from collections.abc import Sequence

from scorekeeper.hits import Hit
from scorekeeper.score import longest_streak, tally, total

WIDTH = 28


def card(hits: Sequence[Hit]) -> str:
    """The score card, one row a line, values flush right."""
    rows = [
        ("Points", str(total(hits))),
        ("Longest streak", str(longest_streak(hits))),
    ]
    rows += [(kind.name.capitalize(), str(count)) for kind, count in tally(hits).items()]
    return "\n".join(f"{name}{value:>{WIDTH - len(name)}}" for name, value in rows)
