"""Earmarks: what a convoy must set aside so that its stages without a local route can end."""

from collections.abc import Callable, Mapping, Sequence

from gastown.formula.plan import PlannedStep
from gastown.money.entry import Earmark
from gastown.money.prices import Prices, cost
from gastown.stage import Seat, Usage

WORST = 4
"""A turn is reserved as if each byte were a token, and there are up to four bytes in one."""


def earmarks(
    convoy: str,
    steps: Sequence[PlannedStep],
    seat_of: Callable[[PlannedStep], Seat | None],
    price: Callable[[str], Prices | None],
    usage: Mapping[str, Usage],
) -> tuple[Earmark, ...]:
    """One for each step whose seat has a priced model elsewhere and none here.

    `usage` is what a session of a role takes, `requests` being its turns. On top of its price comes
    one turn at its worst: the last one must fit too.
    """
    found: list[Earmark] = []
    for step in steps:
        seat = seat_of(step)
        if seat is None or seat.local.model is not None or seat.burst.model is None:
            continue
        prices, takes = price(seat.burst.model), usage.get(step.role)
        if prices is not None and takes is not None:
            found.append(Earmark(convoy, step.key, step.role, _amount(takes, prices)))
    return tuple(found)


def _amount(takes: Usage, prices: Prices) -> int:
    turns = max(1, takes.requests)
    last = Usage(
        input_tokens=WORST * takes.input_tokens // turns, output_tokens=takes.output_tokens // turns
    )
    return cost(takes, prices) + cost(last, prices)
