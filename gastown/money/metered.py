"""MeteredModel: a model that asks the budget first, and puts down what each request took."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, tzinfo

from gastown.agents.protocols import Ask, Completion, EditProtocol, Job, Model, Outcome, Runtime
from gastown.beads.ledger import Clock, utc_now
from gastown.errors import BudgetError, ModelError
from gastown.money.entry import Bid, Refused, Reservation, Spent, Who
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
            self._meter.lost(reservation, error, self._meter.timer() - start)
            raise
        return self._meter.end(reservation, answer, self._meter.timer() - start)


class MeteredRuntime:
    """A Runtime whose whole session is one turn: what an agent of its own asks is not seen here."""

    def __init__(self, runtime: Runtime, meter: Meter, context: int) -> None:
        self._runtime = runtime
        self._context = context
        self._meter = meter

    def run(self, job: Job) -> Outcome:
        """Work, if there is money for all the tokens of the session; else end at that limit."""
        meter = self._meter
        try:
            at_most = meter.tariff.session_at_most(job.limits, self._context)
            reservation = meter.reserve(at_most, job.limits.seconds)
        except BudgetError as error:
            return Outcome("limit", None, None, Usage(), 0, str(error))
        start = meter.timer()
        try:
            outcome = self._runtime.run(job)
        except BaseException as error:
            meter.lost(reservation, error, meter.timer() - start)
            raise
        spent = meter.tariff.spent(outcome.usage, meter.timer() - start)
        meter.ledger.settle(reservation, spent)
        return replace(outcome, usage=spent.usage)
