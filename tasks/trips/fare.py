"""fare: the money of a stage elsewhere, set aside whole before it goes: no budget is known there.

There it may use no more than `[limits] usd`, which travels with it; here that much is reserved, and
what it really took is put down when its report is in. A town that dies meanwhile has all of it
counted as spent, on the safe side.
"""

from collections.abc import Callable

from gastown.burst.report import BurstReport
from gastown.errors import BudgetError, CapacityError
from gastown.money.entry import Bid, Refused, Spent
from tasks.desk import Desk
from tasks.metering import open_meter

_LONG_S = 6 * 3600.0  # a reservation older than any stage counts as spent


def paid(desk: Desk, carry: Callable[[], BurstReport]) -> BurstReport:
    """The report of a stage whose money was there.

    Raises:
        BudgetError: It was not; nothing was ordered.
        CapacityError: Nothing was done, and the money is back.
    """
    request = desk.request
    if request.model is None:
        return carry()
    meter = open_meter(desk.town, request, request.model)
    day = meter.today()
    bid = Bid(
        who=meter.who,
        turn=0,
        max_micro_usd=0 if meter.tariff.free else meter.session or 0,
        day=day.isoformat(),
        scopes=meter.budget.scopes(convoy=request.convoy, role=request.role, day=day),
        seconds=_LONG_S,
    )
    held = meter.ledger.reserve(bid)
    if isinstance(held, Refused):
        raise BudgetError(held.reason)
    try:
        report = carry()
    except CapacityError:
        meter.ledger.release(held)
        raise
    usage, ms = report.result.usage, round(report.result.seconds * 1000)
    meter.ledger.settle(held, Spent(usage=usage, ms=ms))
    return report
