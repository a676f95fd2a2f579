"""Each limit stops a session before one request more, and says how far it got."""

import pytest

from gastown.agents.limits import hit
from gastown.agents.protocols import Limits
from gastown.agents.stops import MoneySpent, Stop, TimeSpent, TokensSpent, TurnsSpent
from gastown.stage import Usage

LIMITS = Limits(turns=5, tokens=1000, seconds=60, micro_usd=2_000)
CASES = [
    (Usage(), 5, 0.0, TurnsSpent, "turns: 5 of 5"),
    (Usage(input_tokens=600, output_tokens=400), 1, 0.0, TokensSpent, "tokens: 1000 of 1000"),
    (Usage(), 1, 60.0, TimeSpent, "seconds: 60 of 60"),
    (Usage(micro_usd=2_500), 1, 0.0, MoneySpent, "money: 0.0025 of 0.002 USD"),
]


@pytest.mark.parametrize(("usage", "turns", "seconds", "kind", "reason"), CASES)
def test_a_limit_stops(usage: Usage, turns: int, seconds: float, kind: type[Stop], reason: str):
    stop = hit(LIMITS, usage, turns, seconds)

    assert isinstance(stop, kind)
    assert stop.status == "limit"
    assert str(stop) == reason


def test_below_every_limit_the_session_goes_on():
    usage = Usage(input_tokens=599, output_tokens=400, micro_usd=1_999)

    assert hit(LIMITS, usage, 4, 59.9) is None


def test_without_money_a_free_model_still_works():
    broke = Limits(micro_usd=0)

    assert hit(broke, Usage(), 1, 0.0) is None
    assert isinstance(hit(broke, Usage(micro_usd=1), 1, 0.0), MoneySpent)
