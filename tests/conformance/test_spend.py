"""What a spend ledger promises, over every implementation."""

from datetime import date, timedelta
from typing import Any

import pytest

from gastown.errors import LedgerError, NotFoundError
from gastown.money.entry import Bid, Earmark, Refused, Reservation, Spent, Who
from gastown.money.ledger import SpendLedger
from gastown.money.scope import Budget, Scope
from gastown.stage import Usage

TODAY = date(2026, 1, 29)
CAPS = Budget(day=1000, convoy=600, roles={"polecat": 400})


def bid(
    amount: int,
    *,
    attempt: str = "a",
    turn: int = 1,
    day: date = TODAY,
    budget: Budget = CAPS,
    seconds: float = 60,
    **who: Any,
) -> Bid:
    given: dict[str, Any] = {"convoy": "cv", "role": "refinery", "model": "kimi", **who}
    whose = Who(attempt, **given)
    scopes = budget.scopes(convoy=whose.convoy, role=whose.role, day=day)
    return Bid(whose, turn, amount, day.isoformat(), scopes, seconds)


def reserve(spend: SpendLedger, amount: int, **said: Any) -> Reservation:
    answer = spend.reserve(bid(amount, **said))
    assert isinstance(answer, Reservation), answer
    return answer


def refusal(spend: SpendLedger, amount: int, **said: Any) -> str:
    answer = spend.reserve(bid(amount, **said))
    assert isinstance(answer, Refused)
    return answer.reason


def spent(micro_usd: int, **tokens: int) -> Spent:
    return Spent(Usage(requests=1, micro_usd=micro_usd, **tokens))


def day_scope(day: date = TODAY) -> Scope:
    return Scope("day", day=day.isoformat(), cap=1000)


CONVOY = Scope("convoy", "cv", cap=600)


def test_what_is_reserved_counts_as_spent_until_it_is_settled(spend):
    reservation = reserve(spend, 500)
    assert spend.standing(CONVOY).reserved == 500
    assert refusal(spend, 101, attempt="b") == ("budget convoy cv: needs $0.000101, $0.0001 left")

    spend.settle(reservation, spent(80))

    assert spend.standing(CONVOY) == spend.standing(day_scope())
    assert (spend.standing(CONVOY).settled, spend.standing(CONVOY).reserved) == (80, 0)
    reserve(spend, 520, attempt="b")


def test_what_is_released_is_free_again(spend):
    spend.release(reserve(spend, 600))

    assert spend.standing(CONVOY).taken == 0
    assert [entry.end for entry in spend.entries()] == ["released"]


@pytest.mark.parametrize(
    ("said", "amount", "reason"),
    [
        ({"convoy": "other"}, 501, "budget day: needs $0.000501, $0.0005 left"),
        ({}, 101, "budget convoy cv: needs $0.000101, $0.0001 left"),
        ({"role": "polecat"}, 401, "budget role polecat: needs $0.000401, $0.0004 left"),
    ],
)
def test_each_scope_refuses_with_the_sum_and_what_is_left_and_takes_nothing(
    spend, said, amount, reason
):
    reserve(spend, 500)

    assert refusal(spend, amount, attempt="b", **said) == reason
    assert spend.standing(day_scope()).taken == 500
    assert len(spend.open()) == 1


def test_a_day_and_a_roles_day_begin_anew_and_a_convoy_does_not(spend):
    spend.settle(reserve(spend, 400, role="polecat"), spent(400))
    tomorrow = TODAY + timedelta(days=1)

    assert "role polecat" in refusal(spend, 1, attempt="b", role="polecat")
    assert "convoy cv" in refusal(spend, 201, attempt="b", role="polecat", day=tomorrow)
    reserve(spend, 200, attempt="b", role="polecat", day=tomorrow)


def test_the_mayor_spends_from_its_own_day_alone(spend):
    reserve(spend, 600)
    reserve(spend, 400, attempt="b", convoy="cv2")
    reserve(spend, 50, attempt="m", role="mayor", convoy="")

    assert spend.standing(day_scope()).taken == 1000


def test_without_caps_nothing_is_refused_and_all_is_counted(spend):
    reserve(spend, 10**12, budget=Budget())

    assert spend.standing(CONVOY).reserved == 10**12


def test_a_turn_that_is_asked_for_twice_is_reserved_once(spend):
    first = reserve(spend, 300)

    assert reserve(spend, 300) == first
    assert spend.standing(CONVOY).taken == 300
    with pytest.raises(LedgerError, match=r"a turn 1 has \$0.0003 reserved, not \$0.0002"):
        spend.reserve(bid(200))


def test_a_turn_that_has_ended_is_not_reserved_again(spend):
    spend.settle(reserve(spend, 300), spent(100))

    with pytest.raises(LedgerError, match="a turn 1 was settled; reserve the next turn"):
        spend.reserve(bid(300))


def test_a_reservation_ends_once_whatever_is_told_afterwards(spend):
    reservation = reserve(spend, 300)
    first = spend.settle(reservation, spent(100, input_tokens=7))

    assert spend.settle(reservation, spent(999)) == first
    assert spend.release(reservation) == first
    assert spend.settle_lost(lambda _: True) == []
    assert spend.entries() == [first]


def test_less_than_nothing_is_refused(spend):
    with pytest.raises(LedgerError, match="a turn 1: -1 micro-dollars"):
        spend.reserve(bid(-1))


def test_a_dead_holders_reservation_is_spent_in_full_and_marked_unknown(spend):
    reserve(spend, 300, holder="dead")
    alive = reserve(spend, 100, attempt="b", holder="alive")

    (entry,) = spend.settle_lost(lambda holder: holder == "dead")

    assert (entry.end, entry.micro_usd, entry.who.attempt) == ("unknown", 300, "a")
    assert spend.standing(CONVOY).settled == 300
    assert spend.open() == [alive]


def test_a_holder_that_nobody_can_see_is_lost_some_time_after_its_turn_should_have_ended(
    spend, clock
):
    reservation = reserve(spend, 300, seconds=60, holder="elsewhere")
    clock.advance(60)
    assert spend.settle_lost(lambda _: False) == []

    clock.advance(301)

    assert [entry.end for entry in spend.settle_lost(lambda _: False)] == ["unknown"]
    assert spend.settle(reservation, spent(5)).micro_usd == 300


def test_more_than_was_reserved_is_put_down_and_blocks_the_model_until_a_person_clears_it(spend):
    entry = spend.settle(reserve(spend, 100), spent(150))
    assert (entry.micro_usd, entry.over) == (150, 50)

    said = refusal(spend, 1, attempt="b")
    assert said.startswith("model kimi is blocked: a cost $0.00015 where at most $0.0001 was")
    assert said.endswith("then: town cost --clear kimi")
    reserve(spend, 1, attempt="c", model="qwen")
    assert list(spend.blocked()) == ["kimi"]

    spend.clear("kimi", "ann")

    assert not spend.blocked()
    reserve(spend, 1, attempt="b")
    spend.settle(reserve(spend, 1, attempt="d"), spent(2))
    assert list(spend.blocked()) == ["kimi"]


def test_a_model_that_is_not_blocked_cannot_be_cleared(spend):
    with pytest.raises(NotFoundError, match="qwen is not blocked; blocked models: none"):
        spend.clear("qwen", "ann")


SPOTTER = Earmark("cv", "spotter[web]", "spotter", 250)


def test_an_earmark_is_kept_for_its_stage(spend):
    assert spend.earmark([SPOTTER], (day_scope(), CONVOY)) is None
    assert spend.standing(CONVOY).earmarked == 250
    assert "$0.00035 left" in refusal(spend, 351)
    reserve(spend, 350)

    own = reserve(spend, 240, attempt="s", step="spotter[web]", role="spotter")

    assert spend.standing(CONVOY).taken == 600
    spend.settle(own, spent(200))
    assert spend.standing(CONVOY).taken == 600
    spend.free("cv", "spotter[web]")
    assert spend.standing(CONVOY).taken == 550


def test_beyond_its_earmark_a_stage_draws_from_what_all_have(spend):
    spend.earmark([SPOTTER], (CONVOY,))

    said = {"step": "spotter[web]", "role": "spotter"}
    assert refusal(spend, 601, **said) == "budget convoy cv: needs $0.000351, $0.00035 left"
    reserve(spend, 600, **said)
    assert spend.standing(CONVOY).taken == 600


def test_an_earmark_that_does_not_fit_is_refused_with_the_sum_and_nothing_is_set_aside(spend):
    marks = [SPOTTER, Earmark("cv", "spotter[app]", "spotter", 400)]

    refused = spend.earmark(marks, (day_scope(), CONVOY))

    assert refused == Refused(
        "budget convoy cv: needs $0.00065, $0.0006 left, to set aside $0.00025 + $0.0004 for "
        "stages that cannot run here"
    )
    assert spend.standing(CONVOY).taken == 0


def test_an_earmark_is_set_aside_once_and_never_again_after_its_end(spend):
    spend.earmark([SPOTTER], (CONVOY,))
    spend.earmark([SPOTTER], (CONVOY,))
    assert spend.standing(CONVOY).earmarked == 250

    assert spend.earmarked() == {"cv"}
    spend.free("cv")
    assert spend.earmarked() == frozenset()
    spend.earmark([SPOTTER], (CONVOY,))

    assert spend.standing(CONVOY).earmarked == 0


def test_an_earmark_counts_into_each_day_until_it_is_spent(spend):
    spend.earmark([SPOTTER], (day_scope(),))
    tomorrow = day_scope(TODAY + timedelta(days=1))

    assert spend.standing(tomorrow).earmarked == 250


def test_an_entry_comes_back_as_it_was_put_down(spend):
    who = {
        "step": "s", "bead": "sk-1", "rig": "sk", "label": "gt:rework", "where": "cloud",
        "rule": "balanced: refinery", "price": "kimi@2026-01-29", "local": "q7", "burst": "kimi",
        "holder": "h:1:2",
    }  # fmt: skip
    reservation = reserve(spend, 300, **who)
    usage = Usage(
        requests=1, input_tokens=9, cached_tokens=4, output_tokens=2, micro_usd=5, unpriced=0
    )

    entry = spend.settle(reservation, Spent(usage, joules=7, power_micro_usd=8, ms=9))

    assert spend.entries() == [entry]
    assert entry.who == reservation.who
    assert entry.spent == Spent(usage, 7, 8, 9)


def test_entries_since_a_day_leave_out_earlier_days(spend):
    for turn, day in enumerate((TODAY, TODAY + timedelta(days=1))):
        spend.release(reserve(spend, 1, turn=turn, day=day))

    assert len(spend.entries()) == 2
    assert [entry.day for entry in spend.entries(TODAY + timedelta(days=1))] == ["2026-01-30"]
