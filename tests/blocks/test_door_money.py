"""Each request through a door is set aside before it is sent and put down after, at its worst."""

import json
import threading
from datetime import UTC
from decimal import Decimal
from typing import Any

import pytest

from gastown.agents.protocols import Limits
from gastown.agents.stops import Unpaid
from gastown.money.entry import Who
from gastown.money.metered import Meter
from gastown.money.pricebook import Price
from gastown.money.prices import Prices
from gastown.money.scope import Budget, Scope
from gastown.money.tariff import REQUEST_TOKENS, Tariff
from gastown.testing import FakeClock, MemorySpendLedger
from tests.blocks.upstream import USAGE, Upstream, ask, opened

KIMI = Tariff(Price("kimi@1", Prices(Decimal(1), Decimal(2))))
CHAT = "/v1/chat/completions"
SPENT = 9 + 2 * 1  # what `USAGE` says, at these prices
LIMITS = Limits(turns=9, tokens=100_000)


def meter(tariff: Tariff = KIMI, **budget: int) -> Meter:
    clock = FakeClock()
    who = Who("s/1", convoy="cv", role="polecat", model="kimi", where="cloud")
    return Meter(MemorySpendLedger(clock), who, tariff, Budget(**budget), clock=clock, zone=UTC)  # pyright: ignore[reportArgumentType]  # no roles here


def record(used: Meter) -> list[tuple[str, int]]:
    return [(entry.end, entry.micro_usd) for entry in used.ledger.entries()]


def test_what_the_endpoint_counted_is_put_down_for_each_request():
    used = meter()
    with Upstream() as upstream, opened(upstream, LIMITS, used) as door:
        assert [ask(door, CHAT) for _ in range(2)] == [200, 200]

    assert record(used) == [("settled", SPENT)] * 2
    assert door.session.usage.micro_usd == 2 * SPENT
    assert used.ledger.open() == []


@pytest.mark.parametrize(
    ("asked", "answers"),
    [({}, 1), ({"n": 3}, 3), ({"n": "many"}, 1), ({"prompt": ["a", "b"], "best_of": 2}, 4)],
)
def test_while_it_is_asked_every_byte_and_every_answer_is_set_aside(asked, answers):
    used, seen = meter(), []

    class Looking(Upstream):
        def finish_request(self, request: Any, client_address: Any) -> None:
            seen.append(used.ledger.standing(Scope("convoy", "cv")).reserved)
            super().finish_request(request, client_address)

    with Looking() as upstream, opened(upstream, LIMITS, used) as door:
        ask(door, "/v1/completions" if "prompt" in asked else CHAT, asked)
        sent = len(json.dumps(upstream.seen[0][2]))

    assert seen == [sent + REQUEST_TOKENS + 2 * 500 * answers]


def test_without_room_in_the_budget_nothing_is_sent_and_the_agent_is_ended():
    used = meter(convoy=2_200)  # the worst of one request, not of two
    with Upstream() as upstream, opened(upstream, LIMITS, used) as door:
        assert ask(door, CHAT) == 200
        used.ledger.reserve(other := bid(used, 1_000))
        assert ask(door, CHAT) == 402
        assert ask(door, CHAT) == 402  # nor does it open again

    assert other.max_micro_usd == 1_000
    assert len(upstream.seen) == 1
    assert door.session.closing.is_set()
    assert isinstance(door.session.stop, Unpaid)
    assert "budget convoy cv: needs $" in str(door.session.stop)
    assert used.refused is not None


def bid(used: Meter, amount: int):
    from gastown.money.entry import Bid

    day = used.today()
    scopes = used.budget.scopes(convoy="cv", role="polecat", day=day)
    return Bid(Who("other/1"), 1, amount, day.isoformat(), scopes)


def test_requests_side_by_side_never_exceed_the_budget():
    used = meter(convoy=3_300)  # the worst of two
    with Upstream() as upstream, opened(upstream, LIMITS, used) as door:
        threads = [threading.Thread(target=ask, args=(door, CHAT)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert used.ledger.standing(Scope("convoy", "cv")).taken <= 3_300
    assert used.ledger.open() == []


@pytest.mark.parametrize(
    ("status", "said", "busy"),
    [
        (429, {"error": "slow down"}, "HTTP 429"),
        (503, {}, "HTTP 503"),
        (429, {"error": {"code": "insufficient_quota"}}, ""),
        (400, {"error": "no such field"}, ""),
    ],
)
def test_a_refused_request_costs_nothing_and_says_if_it_may_pass_later(status, said, busy):
    used = meter()
    with Upstream((status, said)) as upstream, opened(upstream, LIMITS, used) as door:
        assert ask(door, CHAT) == status
        assert door.session.busy == busy
        assert ask(door, CHAT) == 200
        assert door.session.busy == ""

    assert record(used) == [("released", 0), ("settled", SPENT)]


def test_an_answer_that_breaks_off_is_spent_in_full():
    used = meter()
    with Upstream(None) as upstream, opened(upstream, LIMITS, used) as door:
        ask(door, CHAT, whole=False)
        for _ in range(100):
            if used.ledger.entries():
                break
            threading.Event().wait(0.05)
        sent = len(json.dumps(upstream.seen[0][2]))

    assert record(used) == [("settled", sent + REQUEST_TOKENS + 1000)]


def test_counting_tokens_costs_nothing():
    used = meter()
    path = "/v1beta/models/kimi:countTokens"
    with Upstream((200, {"totalTokens": 9})) as upstream, opened(upstream, LIMITS, used) as door:
        assert ask(door, path) == 200

    assert record(used) == [("settled", 0)]
    assert door.session.usage.input_tokens == 0


def test_without_a_meter_it_is_counted_at_the_rows_prices():
    with Upstream((200, USAGE)) as upstream, opened(upstream, LIMITS) as door:
        ask(door, CHAT)

    assert door.session.usage.micro_usd == SPENT
