"""What stages elsewhere cost is in the town's own ledger: reserved before they go, paid once."""

import json
import threading
from decimal import Decimal

import pytest

from gastown.burst.parcel import Parcel
from gastown.burst.report import BurstReport, End
from gastown.cli.main import run
from gastown.errors import BudgetError, CapacityError
from gastown.money.amount import MICRO
from gastown.money.scope import Scope
from gastown.stage import StageResult, Usage
from gastown.town.tables.rigs import RigTable
from tasks.desk import Desk
from tasks.metering import spend_of
from tasks.trips.fare import paid
from tests.tasks.test_metering import request, town_with

STEP = "hq-mol-1.2"
ATTEMPT = f"{STEP}/1.0/0123456789ab"
AT_MOST = 2 * (200_000 + 16_384)  # [limits] tokens and the model's context, at 2 USD a million


@pytest.fixture
def town(tmp_path):
    return town_with(tmp_path)


def parcel_of(town) -> Parcel:
    table = {"prefix": "ga", "origin": "git://example/garden.git", "gauge": {"kind": "pytest"}}
    return Parcel(
        town="oak", rig="garden", table=RigTable.model_validate(table), refs={"main": "a" * 40},
        beads=(), limits=town.config.limits,
    )  # fmt: skip


def report(micro_usd: int, ending: End = "done") -> BurstReport:
    usage = Usage(requests=3, input_tokens=900, output_tokens=70, micro_usd=micro_usd)
    return BurstReport(ending=ending, result=StageResult(summary="ok", usage=usage, seconds=1.5))


def attempt_at(town, carry, attempt=ATTEMPT, *, token=7, model="far") -> BurstReport:
    """One attempt of a step, under a claim of its own."""
    asked = request(model).model_copy(update={"step": attempt.split("/")[0], "token": token})
    desk = Desk(town, asked, town.root)
    return paid(desk, attempt, parcel_of(town), carry)


def bringing(micro_usd, ending: End = "done"):
    def carry(parcel):
        return report(micro_usd, ending)

    return carry


def lacking(kind):
    def carry(parcel):
        raise CapacityError(f"no {kind}", kind=kind)

    return carry


class Died(BaseException):
    """What a process that is killed does not even say."""


def dying(parcel):
    raise Died


def order_and_die(town):
    with pytest.raises(Died):
        attempt_at(town, dying)


def fail_for(town, kind, attempt=ATTEMPT):
    with pytest.raises(CapacityError) as refused:
        attempt_at(town, lacking(kind), attempt)
    assert refused.value.kind == kind


def taken(town) -> int:
    return spend_of(town).standing(Scope("convoy", "hq-cv-1")).taken


def record(town):
    return [(entry.end, entry.micro_usd) for entry in spend_of(town).entries()]


def test_while_it_is_away_its_worst_is_reserved_and_travels_as_its_limit(town):
    seen = []

    def carry(parcel):
        seen.append((taken(town), parcel.limits.usd))
        return report(1_234)

    attempt_at(town, carry)

    assert seen == [(AT_MOST, Decimal(AT_MOST) / MICRO)]
    (entry,) = spend_of(town).entries()
    assert (entry.end, entry.micro_usd, entry.spent.usage.requests) == ("settled", 1_234, 3)
    who = entry.who
    assert (who.attempt, who.step, who.model, who.where) == (
        ATTEMPT,
        "polecat[ga-1]",
        "far",
        "cloud",
    )
    assert (who.rule, who.role, who.rig) == ("override polecat", "polecat", "garden")
    assert entry.spent.ms == 1_500
    assert taken(town) == 1_234


def test_a_session_cap_below_that_is_what_travels(tmp_path):
    town = town_with(tmp_path, "[limits]\nusd = 0.02")
    seen = []

    def carry(parcel):
        seen.append((taken(town), parcel.limits.usd))
        return report(20_000)

    attempt_at(town, carry)

    assert seen == [(20_000, Decimal("0.02"))]


def test_without_room_for_its_worst_nothing_is_sent(tmp_path):
    town = town_with(tmp_path, f"[budget]\nconvoy_usd = {Decimal(AT_MOST - 1) / MICRO}")
    sent = []

    with pytest.raises(BudgetError, match=r"budget convoy hq-cv-1: needs \$0\.432768, \$0\.432767"):
        attempt_at(town, sent.append)

    assert (sent, record(town), taken(town)) == ([], [], 0)


@pytest.mark.parametrize("kind", ["pool", "worker", "road"])
def test_what_never_began_costs_nothing_and_may_be_ordered_again(town, kind):
    for _ in range(2):
        fail_for(town, kind)
        assert taken(town) == 0

    attempt_at(town, bringing(50))

    assert record(town) == [("released", 0), ("released", 0), ("settled", 50)]


def test_an_order_is_found_again_by_another_process_and_settled_once(tmp_path):
    town = town_with(tmp_path, f"[budget]\nday_usd = {Decimal(AT_MOST) / MICRO}")
    order_and_die(town)
    assert taken(town) == AT_MOST  # the whole cap: a second order would not fit

    attempt_at(town, bringing(700), token=8)

    assert record(town) == [("settled", 700)]


def test_a_finished_order_is_found_twice_and_paid_once(town):
    given = []

    def carry(parcel):
        given.append(parcel.limits.usd)
        return report(700)

    for token in (7, 8, 9):
        assert attempt_at(town, carry, token=token).result.usage.micro_usd == 700

    assert record(town) == [("settled", 700)]
    assert given == [Decimal(AT_MOST) / MICRO, 0, 0]  # were it ordered anew, it could not spend
    assert taken(town) == 700


@pytest.mark.parametrize("ending", ["failed", "busy"])
def test_what_ended_badly_has_its_cost_put_down_too(town, ending):
    attempt_at(town, bringing(90, ending))

    assert record(town) == [("settled", 90)]


def test_an_order_that_died_is_unknown_and_spent_in_full_and_paid_for_once(town):
    fail_for(town, "died")
    assert (taken(town), record(town)) == (AT_MOST, [("unknown", AT_MOST)])

    attempt_at(town, bringing(300))  # a report after all

    assert record(town) == [("unknown", AT_MOST)]


def test_an_order_that_is_given_up_is_unknown_and_spent_in_full(town):
    order_and_die(town)

    attempt_at(town, bringing(300), f"{STEP}/1.1/0123456789ab")

    assert record(town) == [("unknown", AT_MOST), ("settled", 300)]
    assert taken(town) == AT_MOST + 300


def test_only_the_steps_own_orders_are_given_up(town):
    with pytest.raises(Died):
        attempt_at(town, dying, f"{STEP}0/1.0/0123456789ab")

    attempt_at(town, bringing(300))

    assert record(town) == [("settled", 300)]


@pytest.mark.parametrize("kind", ["pool", "road", "provider"])
def test_what_an_earlier_process_may_have_begun_is_not_given_back(town, kind):
    order_and_die(town)

    fail_for(town, kind)

    assert (taken(town), record(town)) == (AT_MOST, [])


def test_prices_that_change_while_it_is_away_change_nothing(town, tmp_path):
    order_and_die(town)
    text = (tmp_path / "town.toml").read_text()
    (tmp_path / "town.toml").write_text(text.replace("output_usd = 2", "output_usd = 4"))
    dearer = type(town).open(tmp_path)

    attempt_at(dearer, bringing(700))

    assert record(town) == [("settled", 700)]


def test_what_costs_nothing_travels_with_the_towns_limit(town):
    seen = []

    def carry(parcel):
        seen.append(parcel.limits.usd)
        return report(0)

    attempt_at(town, carry, model="near")

    assert (seen, record(town)) == ([1], [("settled", 0)])


class Rush:
    """Sixteen stages at once; those that are sent end when all have been answered."""

    def __init__(self, town, end) -> None:
        self.town, self.end = town, end
        self.answered = threading.Barrier(16)
        self.sent: list[int] = []
        self.refused: list[str] = []

    def run(self):
        crowd = [threading.Thread(target=self.stage, args=(number,)) for number in range(16)]
        for one in crowd:
            one.start()
        for one in crowd:
            one.join()
        return self

    def stage(self, number):
        try:
            attempt_at(self.town, self.carry, f"hq-mol-1.{number}/1.0/0123456789ab")
        except BudgetError as error:
            self.refused.append(str(error))
            self.answered.wait(60)
        except CapacityError:
            return

    def carry(self, parcel):
        self.sent.append(taken(self.town))
        self.answered.wait(60)
        return self.end(parcel)


def test_16_stages_at_once_under_one_cap_never_overspend(tmp_path):
    cap = AT_MOST * 4
    town = town_with(tmp_path, f"[budget]\nday_usd = {Decimal(cap) / MICRO}")

    for end in (lacking("worker"), bringing(AT_MOST)):
        rush = Rush(town, end).run()
        assert (len(rush.sent), len(rush.refused)) == (4, 12)
        assert max(rush.sent) == cap

    assert spend_of(town).open() == []
    assert sorted(record(town)) == [("released", 0)] * 4 + [("settled", AT_MOST)] * 4
    assert taken(town) == cap


def test_town_cost_contains_it(town, capsys, monkeypatch):
    attempt_at(town, bringing(1_500))
    attempt_at(town, bringing(500), "hq-mol-1.3/1.0/0123456789ab")

    monkeypatch.chdir(town.root)
    assert run(["cost", "--by", "model", "--json"]) == 0

    told = json.loads(capsys.readouterr().out)
    assert [(line["key"], line["micro_usd"]) for line in told["lines"]] == [("far", 2_000)]
    assert told["total"]["micro_usd"] == 2_000
