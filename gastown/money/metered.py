"""MeteredModel: a model that asks the budget first, and puts down what each request took."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo

from gastown.agents.protocols import Ask, Completion, Model
from gastown.beads.ledger import Clock, utc_now
from gastown.errors import BudgetError, ModelError
from gastown.money.entry import Bid, Refused, Reservation, Spent, Who
from gastown.money.ledger import SpendLedger
from gastown.money.scope import Budget
from gastown.money.tariff import Tariff

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

    def begin(self, ask: Ask) -> Reservation:
        """Reserve what the request may cost. Raises BudgetError with the reason; nothing is sent.

        Asks that came after one that was refused are refused too, if they need as much.
        """
        self.turn += 1
        day = self.clock().astimezone(self.zone).date()
        who = self.who
        bid = Bid(
            who=replace(who, price=self.tariff.id),
            turn=self.turn,
            max_micro_usd=self.tariff.at_most(ask),
            day=day.isoformat(),
            scopes=self.budget.scopes(
                convoy=who.convoy,
                role=who.role,
                day=day,
                attempt=who.attempt,
                session=self.session,
            ),
            seconds=HOUR if ask.seconds is None else max(0.0, ask.seconds),
        )
        answer = self.ledger.reserve(bid)
        if isinstance(answer, Refused):
            self.refused = answer
            raise BudgetError(answer.reason)
        return answer

    def end(self, reservation: Reservation, answer: Completion, seconds: float) -> Completion:
        """Put down what the answer took; the answer comes back with its price."""
        spent = self.tariff.spent(answer.usage, seconds)
        self.ledger.settle(reservation, spent)
        return replace(answer, usage=spent.usage)

    def lost(self, reservation: Reservation, error: BaseException, seconds: float) -> None:
        """End a request without an answer: for nothing if surely nothing was billed, else in full.

        What runs here costs no money, however it ended.
        """
        if isinstance(error, ModelError) and not error.billed:
            self.ledger.release(reservation)
            return
        took = self.tariff.spent(Spent().usage, seconds)
        usage = took.usage.model_copy(update={"micro_usd": reservation.max_micro_usd})
        self.ledger.settle(reservation, replace(took, usage=usage))


class MeteredModel:
    """A Model over another one. Safe for one session at a time, as what it wraps."""

    def __init__(self, model: Model, meter: Meter) -> None:
        self.name = model.name
        self.protocol = model.protocol
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
            self._meter.lost(reservation, error, self._meter.timer() - start)
            raise
        return self._meter.end(reservation, answer, self._meter.timer() - start)


def midnight(now: datetime, zone: tzinfo | None) -> str:
    """The budget's day of a moment, ISO 8601."""
    return now.astimezone(zone).date().isoformat()
