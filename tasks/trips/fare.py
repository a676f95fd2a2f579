"""fare: the money of a stage elsewhere, reserved whole before it goes: no budget is known there.

What is reserved travels with it as its limit; what it took is put down when its report is in. The
order outlives the process that made it, and so does its money: it is found again by what makes two
attempts the same work, and each order is paid once. What became of an order is known when its
report is found, or when it surely never began; until then, and when nobody will ever tell, all of
its money counts as spent.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from gastown.burst.parcel import Parcel
from gastown.burst.report import BurstReport
from gastown.errors import BudgetError, CapacityError, LedgerError
from gastown.money.amount import MICRO
from gastown.money.entry import Bid, Refused, Reservation, Spent
from gastown.money.ledger import SpendLedger
from gastown.money.metered import Meter
from gastown.stage import StageRequest, Usage
from gastown.town.town import Town
from tasks.desk import Desk, limits_left
from tasks.metering import open_meter

_LONG_S = 6 * 3600.0  # a reservation older than any stage counts as spent
_NOT_ORDERED = frozenset({"pool", "road", "worker"})
NOTHING = Usage()
_NOT_BEGUN = frozenset({"worker"})  # of an order that was there before: the others saw none of it


@dataclass(frozen=True, slots=True)
class Fare:
    """The money of one order. `held` is None when an earlier process has put down what it took.

    `found`: it was reserved by an earlier process, which may have ordered.
    """

    ledger: SpendLedger
    held: Reservation | None
    found: bool = False

    def given(self, parcel: Parcel) -> Parcel:
        """The parcel with this much to spend; nothing more on what has been paid for."""
        usd = Decimal(self.held.max_micro_usd if self.held else 0) / MICRO
        limits = parcel.limits.model_copy(update={"usd": usd})
        return parcel.model_copy(update={"limits": limits})

    def back(self, error: CapacityError) -> None:
        """Give the money back if surely nothing was begun; else it waits for the report.

        Of an order that died there will be none: what it took is unknown.
        """
        if self.held is None:
            return
        if error.kind in (_NOT_BEGUN if self.found else _NOT_ORDERED):
            self.ledger.release(self.held)
        elif error.kind == "died":
            gone = self.held.who.holder
            self.ledger.settle_lost(lambda holder: holder == gone)

    def settle(self, report: BurstReport) -> None:
        """Put down what it took, once."""
        if self.held:
            usage, ms = report.result.usage, round(report.result.seconds * 1000)
            self.ledger.settle(self.held, Spent(usage=usage, ms=ms))


def paid(
    desk: Desk, attempt: str, parcel: Parcel, carry: Callable[[Parcel], BurstReport]
) -> BurstReport:
    """The report of a stage whose money was there; `attempt` is the same for the same work.

    Raises:
        BudgetError: It was not; nothing was sent.
        CapacityError: There is no report; if surely nothing was begun, the money is back.
    """
    return paid_for(desk.town, desk.request, attempt, parcel, carry, spent=desk.spent)


def paid_for(
    town: Town,
    request: StageRequest,
    attempt: str,
    parcel: Parcel,
    carry: Callable[[Parcel], BurstReport],
    *,
    spent: Usage = NOTHING,
) -> BurstReport:
    """The report of any stage whose money was there. Raises as `paid` does.

    `spent` is what the same attempt has used already.
    """
    if request.model is None:
        return carry(parcel)
    meter = open_meter(town, request, request.model)
    _give_up_earlier(meter.ledger, request.step, attempt)
    limits = limits_left(town.config.limits, spent)
    context = town.config.model(request.model).context
    at_most = min(limits.micro_usd, meter.tariff.session_at_most(limits, context))
    fare = booked(meter.ledger, bid_for(meter, attempt, at_most))
    try:
        report = carry(parcel if meter.tariff.free else fare.given(parcel))
    except CapacityError as error:
        fare.back(error)
        raise
    fare.settle(report)
    return report


def payer(
    town: Town,
) -> Callable[[StageRequest, str, Parcel, Callable[[Parcel], BurstReport]], BurstReport]:
    """`paid_for` of one town, for a runner of any flow (flows.task_runner)."""
    return functools.partial(paid_for, town)


def bid_for(meter: Meter, attempt: str, at_most: int) -> Bid:
    """The first turn of an order; no process holds it, for it lives on when this one is dead."""
    day, who = meter.today(), meter.who
    return Bid(
        who=replace(who, attempt=attempt, price=meter.tariff.id, holder=_holder(attempt)),
        turn=1,
        max_micro_usd=at_most,
        day=day.isoformat(),
        scopes=meter.budget.scopes(
            convoy=who.convoy, role=who.role, day=day, attempt=attempt, session=meter.session
        ),
        seconds=_LONG_S,
    )


def booked(ledger: SpendLedger, bid: Bid) -> Fare:
    """Reserve the money of an order, or find what an earlier process had reserved for it.

    A turn that was given back is followed by the next one. One that was spent never is: the order
    is there and its report is taken, but nothing more may be spent in its name.

    Raises:
        BudgetError: A cap has no room for it, or the model is blocked.
    """
    attempt = bid.who.attempt
    standing = next((one for one in ledger.open() if one.who.attempt == attempt), None)
    if standing is not None:
        return Fare(ledger, standing, found=True)
    try:
        answer = ledger.reserve(bid)
    except LedgerError:
        ended = [one.end for one in ledger.entries() if one.who.attempt == attempt]
        if not ended:
            raise
        if any(end != "released" for end in ended):
            return Fare(ledger, None, found=True)
        answer = ledger.reserve(replace(bid, turn=len(ended) + 1))
    if isinstance(answer, Refused):
        raise BudgetError(answer.reason)
    return Fare(ledger, answer)


def is_away(ledger: SpendLedger, step: str) -> bool:
    """Whether an order of a step stands of which nobody has heard yet."""
    return any(one.who.holder.startswith(_holder(f"{step}/")) for one in ledger.open())


def _holder(attempt: str) -> str:
    """Names the order, so that it can be given up; it is no process that could be dead."""
    return f"order {attempt}"


def _give_up_earlier(ledger: SpendLedger, step: str, attempt: str) -> None:
    """What this step had ordered before nobody will look for again: nobody knows what it took."""
    orders, this = _holder(f"{step}/"), _holder(attempt)
    ledger.settle_lost(lambda holder: holder.startswith(orders) and holder != this)
