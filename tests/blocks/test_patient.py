"""A patient model asks again where that may help, and each try is paid for by itself."""

from collections.abc import Callable
from datetime import UTC
from decimal import Decimal

import pytest

from blocks.patient import Patient
from gastown.agents.protocols import Ask, Completion
from gastown.errors import BudgetError, ModelError
from gastown.money.entry import Who
from gastown.money.metered import Meter, MeteredModel
from gastown.money.pricebook import Price
from gastown.money.prices import Prices
from gastown.money.scope import Budget
from gastown.money.tariff import Tariff
from gastown.stage import Usage
from gastown.testing import FakeClock, MemorySpendLedger, ScriptedModel, say

KIMI = Tariff(Price("kimi@1", Prices(Decimal(1), Decimal(2), Decimal("0.1"))))
ASK = Ask(({"role": "user", "content": "Hi."},), max_tokens=100, seconds=50)
WORST = KIMI.at_most(ASK)
USED = Usage(requests=1, input_tokens=50, cached_tokens=10, output_tokens=20)
CUT = ModelError("cut off", retryable=True, retry_after=0)
BUSY = ModelError("HTTP 429", retryable=True, retry_after=20, billed=False)


def meter(budget: Budget) -> Meter:
    clock = FakeClock()
    who = Who("s/1", convoy="cv", role="polecat", model="kimi", where="cloud")
    return Meter(MemorySpendLedger(clock), who, KIMI, budget, clock=clock, zone=UTC)


def failing(error: ModelError) -> Callable[[Ask], Completion]:
    def answer(_: Ask) -> Completion:
        raise error

    return answer


class Time:
    """A clock that only sleep moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def patient(model: ScriptedModel, used: Meter) -> Patient:
    time = Time()
    return Patient(MeteredModel(model, used), sleep=time.sleep, clock=lambda: time.now)


def test_each_try_is_reserved_and_put_down_by_itself():
    used = meter(Budget())
    model = ScriptedModel([failing(CUT), failing(BUSY), say("Hello.", usage=USED)])

    answer = patient(model, used).complete(ASK)

    assert answer.usage.micro_usd == 81
    record = [(one.end, one.micro_usd) for one in used.ledger.entries()]
    assert record == [("settled", WORST), ("released", 0), ("settled", 81)]
    assert used.ledger.open() == []


def test_a_try_for_which_there_is_no_money_left_is_not_made():
    used = meter(Budget(convoy=2 * WORST - 1))
    model = ScriptedModel([failing(CUT), say("Hello.")])

    with pytest.raises(BudgetError, match="budget convoy cv"):
        patient(model, used).complete(ASK)

    assert len(model.asks) == 1


def test_a_later_try_has_the_time_that_is_left():
    model = ScriptedModel([failing(BUSY), failing(BUSY), say("Hello.")])

    patient(model, meter(Budget())).complete(ASK)

    assert [one.seconds for one in model.asks] == [50, 30, 10]


def test_no_try_begins_after_the_time_of_all():
    model = ScriptedModel([failing(BUSY), failing(BUSY), failing(BUSY), say("Hello.")])

    with pytest.raises(ModelError, match="HTTP 429"):
        patient(model, meter(Budget())).complete(ASK)

    assert len(model.asks) == 3
