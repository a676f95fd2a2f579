"""MeteredModel: a model that asks the budget first, and puts down what each request took."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, tzinfo

from gastown.agents.protocols import Ask, Completion, EditProtocol, Model
from gastown.beads.ledger import Clock, utc_now
from gastown.errors import BudgetError, ModelError
from gastown.money.entry import Bid, Refused, Reservation, Who
from gastown.money.ledger import SpendLedger
from gastown.money.scope import Budget
from gastown.money.tariff import Tariff
from gastown.stage import Usage

HOUR = 3600.0


@dataclass(slots=True)
class Meter:
    """What one attempt spends, turn by turn; all its sessions share one meter.

    `session` caps the attempt alone, in micro-dollars. A day begins at midnight in `zone`, which
    is this machine's where there is none.
    """

    ledger: SpendLedger
    who: Who
    tariff: Tariff
    budget: Budget = field(default_factory=Budget)
    session: int | None = None
    clock: Clock = utc_now
    zone: tzinfo | None = None
    timer: Callable[[], float] = time.monotonic
    turn: int = 0
    refused: Refused | None = None

    def today(self) -> date:
        """The budget's day now."""
        return self.clock().astimezone(self.zone).date()

    def begin(self, ask: Ask) -> Reservation:
        """Reserve what a request may cost. Raises BudgetError with the reason; nothing is sent."""
        return self.reserve(self.tariff.at_most(ask), HOUR if ask.seconds is None else ask.seconds)

    def reserve(self, at_most: int, seconds: float) -> Reservation:
        """Reserve micro-dollars for a turn of so many seconds. Raises BudgetError, as `begin`."""
        self.turn += 1
        day, who = self.today(), self.who
        bid = Bid(
            who=replace(who, price=self.tariff.id),
            turn=self.turn,
            max_micro_usd=at_most,
            day=day.isoformat(),
            scopes=self.budget.scopes(
                convoy=who.convoy,
                role=who.role,
                day=day,
                attempt=who.attempt,
                session=self.session,
            ),
            seconds=max(0.0, seconds),
        )
        answer = self.ledger.reserve(bid)
        if isinstance(answer, Refused):
            self.refused = answer
            raise BudgetError(answer.reason)
        return answer

    def settle(self, reservation: Reservation, usage: Usage, seconds: float) -> Usage:
        """Put down what a request took; the same usage with its price."""
        spent = self.tariff.spent(usage, seconds)
        self.ledger.settle(reservation, spent)
        return spent.usage

    def lose(self, reservation: Reservation, seconds: float, *, billed: bool = True) -> None:
        """End a request without an answer: for nothing if surely nothing was billed, else in full.

        What runs here costs no money, however it ended.
        """
        if not billed:
            self.ledger.release(reservation)
            return
        took = self.tariff.spent(Usage(), seconds)
        usage = took.usage.model_copy(update={"micro_usd": reservation.max_micro_usd})
        self.ledger.settle(reservation, replace(took, usage=usage))


class MeteredModel:
    """A Model over another one, which must be asked once for one call: each try costs by itself.

    Safe for one session at a time, as what it wraps.
    """

    def __init__(self, model: Model, meter: Meter) -> None:
        self.name = model.name
        self.protocol: EditProtocol = model.protocol
        self.context = model.context
        self.max_output = model.max_output
        self.secrets = model.secrets
        self._model = model
        self._meter = meter

    def complete(self, ask: Ask, on_text: Callable[[str], None] | None = None) -> Completion:
        """Answer, if there is money for the worst that it may cost.

        Raises:
            BudgetError: There is not, or the model is blocked; nothing was sent.
            ModelError: No answer.
        """
        reservation = self._meter.begin(ask)
        start = self._meter.timer()
        try:
            answer = self._model.complete(ask, on_text)
        except BaseException as error:
            billed = not isinstance(error, ModelError) or error.billed
            self._meter.lose(reservation, self._meter.timer() - start, billed=billed)
            raise
        usage = self._meter.settle(reservation, answer.usage, self._meter.timer() - start)
        return replace(answer, usage=usage)
