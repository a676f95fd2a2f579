"""A metered model asks the budget before it asks the endpoint, and puts down what it took."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.agents.loop import NativeRuntime
from gastown.agents.protocols import Ask, Completion, Job, Limits
from gastown.errors import BudgetError, ModelError
from gastown.money.entry import Who
from gastown.money.metered import Meter, MeteredModel
from gastown.money.pricebook import Price
from gastown.money.prices import Prices
from gastown.money.scope import Budget, Scope
from gastown.money.tariff import Tariff, max_tokens
from gastown.stage import Usage
from gastown.testing import FakeClock, MemorySpendLedger, ScriptedModel, say

KIMI = Tariff(Price("kimi@1", Prices(Decimal(1), Decimal(2), Decimal("0.1"))))
ASK = Ask(({"role": "user", "content": "Hi."},), max_tokens=100)
WORST = KIMI.at_most(ASK)
USED = Usage(requests=1, input_tokens=50, cached_tokens=10, output_tokens=20)


def meter(tariff: Tariff = KIMI, **said: Any) -> Meter:
    clock = FakeClock()
    who = Who("s/1", convoy="cv", role="polecat", model="kimi", where="cloud")
    ticks = iter(range(100))
    given: dict[str, Any] = {
        "clock": clock,
        "zone": UTC,
        "timer": lambda: float(next(ticks)),
        **said,
    }
    return Meter(MemorySpendLedger(clock), who, tariff, **given)


def failing(error: BaseException) -> Callable[[Ask], Completion]:
    def answer(_: Ask) -> Completion:
        raise error

    return answer


def test_an_answer_is_put_down_with_its_tokens_price_and_time():
    used = meter()

    answer = MeteredModel(ScriptedModel([say("Hello.", usage=USED)]), used).complete(ASK)

    (entry,) = used.ledger.entries()
    assert answer.usage.micro_usd == entry.micro_usd == 40 + 1 + 40
    assert (entry.end, entry.day, entry.who.price) == ("settled", "2026-01-29", "kimi@1")
    assert (entry.spent.usage, entry.spent.ms) == (answer.usage, 1000)
    assert used.ledger.open() == []


def test_while_it_is_asked_the_worst_case_is_reserved():
    used = meter()
    seen: list[int] = []

    def answer(_: Ask) -> Completion:
        seen.append(used.ledger.standing(Scope("convoy", "cv")).reserved)
        return say("Hello.")

    MeteredModel(ScriptedModel([answer]), used).complete(ASK)

    assert seen == [WORST]


def test_without_room_for_the_worst_case_nothing_is_sent():
    used = meter(budget=Budget(day=WORST - 1))
    model = ScriptedModel([say("Hello.")])

    with pytest.raises(BudgetError, match=r"budget day: needs \$0\.\d+, \$0\.\d+ left") as told:
        MeteredModel(model, used).complete(ASK)

    assert model.asks == []
    assert told.value.kind == "money"
    assert used.ledger.entries() == used.ledger.open() == []


def test_an_attempts_own_cap_holds_over_all_its_turns():
    used = meter(session=WORST + 81)
    model = MeteredModel(
        ScriptedModel([say("1", usage=USED), say("2", usage=USED), say("3")]), used
    )
    model.complete(ASK)
    model.complete(ASK)

    with pytest.raises(BudgetError, match="budget attempt s/1"):
        model.complete(ASK)


def test_a_session_that_is_refused_money_ends_at_its_limit_with_the_reason():
    used = meter(budget=Budget(convoy=10))
    model = MeteredModel(ScriptedModel([say("Hello.")]), used)

    outcome = NativeRuntime(model).run(Job("polecat", "s", "t", Limits()))

    assert outcome.status == "limit"
    assert outcome.error.startswith("budget convoy cv: needs $0.0")
    assert used.refused is not None


@pytest.mark.parametrize(
    ("billed", "end", "amount"), [(True, "settled", WORST), (False, "released", 0)]
)
def test_a_request_without_an_answer_is_spent_in_full_unless_surely_nothing_was_billed(
    billed, end, amount
):
    used = meter()
    broken = ScriptedModel([failing(ModelError("cut off", retryable=True, billed=billed))])

    with pytest.raises(ModelError):
        MeteredModel(broken, used).complete(ASK)

    (entry,) = used.ledger.entries()
    assert (entry.end, entry.micro_usd) == (end, amount)


def test_what_stops_the_process_in_a_request_leaves_nothing_reserved():
    used = meter()

    with pytest.raises(KeyboardInterrupt):
        MeteredModel(ScriptedModel([failing(KeyboardInterrupt())]), used).complete(ASK)

    assert used.ledger.open() == []
    assert used.ledger.standing(Scope("convoy", "cv")).settled == WORST


def test_an_endpoint_that_exceeds_the_worst_case_is_asked_once():
    greedy = Usage(requests=1, output_tokens=10_000)
    used = meter()
    model = MeteredModel(ScriptedModel([say("…", usage=greedy), say("…")]), used)
    model.complete(ASK)

    with pytest.raises(BudgetError, match="model kimi is blocked"):
        model.complete(ASK)


def test_a_local_model_costs_no_dollars_but_electricity():
    used = meter(Tariff(watts=300, kwh_micro_usd=150_000))

    answer = MeteredModel(ScriptedModel([say("Hello.", usage=USED)]), used).complete(ASK)

    (entry,) = used.ledger.entries()
    assert (answer.usage.micro_usd, answer.usage.unpriced) == (0, 0)
    assert (entry.spent.joules, entry.spent.power_micro_usd) == (300, 13)


def test_a_price_that_nobody_knows_is_not_nothing():
    answer = MeteredModel(ScriptedModel([say("Hello.")]), meter(Tariff(free=False))).complete(ASK)

    assert (answer.usage.micro_usd, answer.usage.unpriced) == (0, 1)


def test_a_day_begins_at_the_midnight_that_is_meant():
    clock = FakeClock(datetime(2026, 1, 29, 23, 30, tzinfo=UTC))

    assert meter(clock=clock).today().isoformat() == "2026-01-29"
    assert meter(clock=clock, zone=timezone(timedelta(hours=1))).today().isoformat() == "2026-01-30"


@settings(max_examples=60)
@given(st.text(max_size=200), st.text(max_size=40), st.integers(1, 4096))
def test_no_count_of_the_input_exceeds_the_bound(said: str, name: str, answer: int):
    """Every byte a token is as bad as it gets, and the pictures come on top."""
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
    content = [{"type": "text", "text": said}, picture]
    ask = Ask(
        ({"role": "system", "content": said}, {"role": "user", "content": content}),
        tools=({"name": name},),
        max_tokens=answer,
    )
    tokens = 2 * len(said.encode(errors="replace")) + len(name.encode(errors="replace")) + 1_700

    assert max_tokens(ask) >= tokens
    assert KIMI.at_most(ask) >= tokens + 2 * answer
