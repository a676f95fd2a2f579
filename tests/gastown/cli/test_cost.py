"""`town cost`: what was spent, what is left, and what was blocked."""

import pytest

from gastown.money.amount import UNKNOWN
from gastown.money.entry import Bid, Reservation, Spent, Who
from gastown.money.sqlite import SqliteSpendLedger
from gastown.stage import Usage
from gastown.town.layout import TownLayout
from gastown.town.town import Town
from tasks.metering import today


@pytest.fixture
def spend(oak):
    return SqliteSpendLedger(TownLayout(oak).spend)


def put(
    spend, day: str, amount: int, *, reserved: int | None = None, unpriced: int = 0, bead: str = ""
):
    asked = Who(f"a/{amount}", role="polecat", model="kimi", where="cloud", bead=bead)
    got = spend.reserve(Bid(asked, 1, amount if reserved is None else reserved, day))
    assert isinstance(got, Reservation)
    usage = Usage(
        requests=1, input_tokens=1500, cached_tokens=500, output_tokens=20, micro_usd=amount,
        unpriced=unpriced,
    )  # fmt: skip
    spend.settle(got, Spent(usage, joules=3600, power_micro_usd=9, ms=2500))


def test_before_anything_was_spent_there_is_nothing_to_show(cli, oak):
    answer = cli("cost")

    assert answer.code == 0
    assert "cost by bead: none" in answer.out


def test_lines_and_total_show_tokens_dollars_power_and_time(cli, spend):
    put(spend, "2026-01-29", 40_000, bead="sk-1")
    put(spend, "2026-01-29", 10_000)

    told = cli("cost", "--by", "bead", "--json").json

    assert [line["key"] for line in told["lines"]] == ["sk-1", ""]
    assert told["total"]["tokens"] == {"fresh": 2000, "cached": 1000, "output": 40}
    assert (told["total"]["micro_usd"], told["total"]["electricity_micro_usd"]) == (50_000, 18)
    assert (told["total"]["kwh"], told["total"]["seconds"]) == (0.002, 5.0)
    said = cli("cost").out
    assert "sk-1" in said
    assert "$0.05" in said
    assert "all in the cloud $0.05, as it was $0.05, all here $0.05 and electricity" in said


def test_an_unknown_price_is_shown_as_unknown(cli, spend):
    put(spend, "2026-01-29", 0, unpriced=1)

    told = cli("cost", "--by", "model").out

    assert [line.split()[4] for line in told.splitlines() if line.startswith("kimi")] == [UNKNOWN]


def test_only_days_since_one_are_shown(cli, spend):
    put(spend, "2026-01-28", 1)
    put(spend, "2026-01-29", 2)

    lines = cli("cost", "--by", "day", "--since", "2026-01-29", "--json").json["lines"]

    assert [line["key"] for line in lines] == ["2026-01-29"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(("--since", "yesterday"), "--since yesterday: give a day"), (("--by", "moon"), "moon")],
)
def test_what_makes_no_sense_is_refused(cli, oak, arguments, said):
    answer = cli("cost", *arguments)

    assert answer.code == 2
    assert said in answer.err


def test_todays_caps_are_shown_with_what_is_taken(cli, oak, spend):
    with (oak / "town.toml").open("a") as file:
        file.write("\n[budget]\nday_usd = 5\nroles = { polecat = 1.5 }\n")
    day = today(Town.open(oak)).isoformat()

    said = cli("cost").out

    assert f"budget day {day}: $0.00 of $5.00" in said
    assert f"budget role polecat {day}: $0.00 of $1.50" in said


def test_a_blocked_model_is_told_with_the_way_out_and_can_be_cleared(cli, spend):
    put(spend, "2026-01-29", 300, reserved=100)
    assert "model kimi is blocked: a/300 cost $0.0003" in cli("cost").out
    assert "town cost --clear kimi" in cli("cost").out

    assert cli("cost", "--clear", "kimi").code == 0

    assert "blocked" not in cli("cost").out
    assert "kimi is not blocked" in cli("cost", "--clear", "kimi").err
