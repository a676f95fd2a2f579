"""What a stage's sessions may cost: asked before anything is sent, put down with whose it was."""

from pathlib import Path

import pytest

from gastown.beads.bead import Draft
from gastown.errors import BudgetError, ConfigError
from gastown.formula.plan import PlannedStep
from gastown.money.entry import Bid, Reservation, Who
from gastown.money.scope import Scope
from gastown.stage import Placement, Seat, Slot, StageRequest, Usage
from gastown.town.town import Town
from tasks.desk import Desk
from tasks.metering import budget_of, open_meter, prices_on, set_aside, spend_of

NOWHERE = "http://127.0.0.1:9/v1"  # nothing listens there: whatever is sent is an error
MODELS = f"""
[models.far]
endpoint = "{NOWHERE}"
where = "cloud"
input_usd = 1
output_usd = 2
[models.unpriced]
endpoint = "{NOWHERE}"
where = "cloud"
[models.near]
endpoint = "{NOWHERE}"
figures = {{ watts = 110, source = "meter" }}
[models."qwen3-coder-30b"]
endpoint = "{NOWHERE}"
[rigs.garden]
prefix = "ga"
origin = "nowhere"
gauge = {{ kind = "pytest" }}
"""


def town_with(root: Path, text: str = "") -> Town:
    (root / "town.toml").write_text(f'[town]\nname = "oak"\n{text}\n{MODELS}')
    return Town.open(root)


def request(model: str, bead: str | None = None) -> StageRequest:
    seat = Seat(
        local=Slot(model="near", because="balanced: polecat"),
        burst=Slot(model="far", because="override polecat"),
    )
    return StageRequest(
        town="oak", convoy="hq-cv-1", step="hq-mol-1.2", key="polecat[ga-1]", role="polecat",
        rig="garden", bead=bead, token=7, model=model, seat=seat,
        placement=Placement(where="cloud", reason="test"),
    )  # fmt: skip


def test_a_cloud_model_without_a_price_is_refused_before_anything_is_sent(tmp_path):
    town = town_with(tmp_path)

    with pytest.raises(ConfigError, match=r"models\.unpriced: runs in a cloud and has no price"):
        Desk(town, request("unpriced"), tmp_path).session("Do it.")
    assert spend_of(town).entries() == []


def test_a_spent_budget_ends_the_session_with_its_reason_and_nothing_is_sent(tmp_path):
    town = town_with(tmp_path, "[budget]\nday_usd = 0.001")

    with pytest.raises(BudgetError, match=r"ended \(limit\): budget day: needs \$0\.\d+, \$0.001"):
        Desk(town, request("far"), tmp_path).session("Do it.")
    assert spend_of(town).entries() == spend_of(town).open() == []


def test_caps_are_read_to_the_micro_dollar(tmp_path):
    town = town_with(
        tmp_path, "[budget]\nday_usd = 0.1\nconvoy_usd = 2\nroles = { spotter = 0.000001 }"
    )

    budget = budget_of(town)

    assert (budget.day, budget.convoy, budget.roles) == (100_000, 2_000_000, {"spotter": 1})


def test_an_entry_says_whose_it_was_and_by_which_rule(tmp_path):
    town = town_with(tmp_path)
    bead = town.ledger.create(Draft(title="x", prefix="ga", labels=("bug", "gt:rework"))).id

    who = open_meter(town, request("far", bead), "far").who

    assert (who.attempt, who.convoy, who.step) == ("hq-mol-1.2/7", "hq-cv-1", "polecat[ga-1]")
    assert (who.bead, who.rig, who.role, who.label) == (bead, "garden", "polecat", "gt:rework")
    assert (who.model, who.where, who.rule) == ("far", "cloud", "override polecat")
    assert (who.local, who.burst) == ("near", "far")


def test_what_runs_here_takes_electricity_and_no_dollars(tmp_path):
    town = town_with(tmp_path, "[money]\nkwh_usd = 0.15")

    tariff = open_meter(town, request("near"), "near").tariff

    assert (tariff.price, tariff.free, tariff.watts) == (None, True, 110.0)
    assert tariff.kwh_micro_usd == 150_000


def test_a_shipped_models_price_is_known_without_a_word_in_town_toml(tmp_path):
    town = town_with(tmp_path)

    tariff = open_meter(town, request("qwen3-coder-30b"), "qwen3-coder-30b").tariff

    assert tariff.id.startswith("qwen3-coder-30b@")
    assert prices_on(town)("qwen3-coder-30b") == (tariff.price and tariff.price.prices)
    assert prices_on(town)("near") is None


def test_what_a_dead_attempt_had_reserved_is_spent_when_the_next_one_begins(tmp_path):
    town = town_with(tmp_path)
    who = Who(
        "hq-mol-1.2/6", convoy="hq-cv-1", holder=open_meter(town, request("far"), "far").who.holder
    )
    host = who.holder.split(":")[0]
    lost = Who("hq-mol-1.2/5", convoy="hq-cv-1", holder=f"{host}:999999999:1.00")
    day = Scope("day", day="2026-01-29")
    for one in (who, lost):
        assert isinstance(spend_of(town).reserve(Bid(one, 1, 50, day.day, (day,))), Reservation)

    open_meter(town, request("far"), "far")

    assert [entry.who.attempt for entry in spend_of(town).entries()] == ["hq-mol-1.2/5"]
    assert spend_of(town).standing(day).taken == 100


def test_a_budget_below_what_must_be_set_aside_is_refused_with_the_sum(tmp_path):
    town = town_with(tmp_path, "[budget]\nconvoy_usd = 0.1")
    step = PlannedStep(key="spotter[web]", step="spotter", title="Look", role="spotter")
    elsewhere = Seat(local=Slot(model=None, because=""), burst=Slot(model="far", because=""))
    takes = {"spotter": Usage(requests=8, input_tokens=176_000, output_tokens=4_000)}

    with pytest.raises(
        BudgetError, match=r"budget convoy hq-cv-1: needs \$0.273, \$0.10 left, to set"
    ):
        set_aside(town, "hq-cv-1", [step], lambda _: elsewhere, takes)
    assert spend_of(town).standing(Scope("convoy", "hq-cv-1")).taken == 0


def test_what_is_set_aside_is_free_again_when_the_convoy_ends(tmp_path):
    town = town_with(tmp_path, "[budget]\nconvoy_usd = 1")
    step = PlannedStep(key="spotter[web]", step="spotter", title="Look", role="spotter")
    elsewhere = Seat(local=Slot(model=None, because=""), burst=Slot(model="far", because=""))
    takes = {"spotter": Usage(requests=8, input_tokens=176_000, output_tokens=4_000)}
    for _ in range(2):
        set_aside(town, "hq-cv-1", [step], lambda _: elsewhere, takes)
    assert spend_of(town).standing(Scope("convoy", "hq-cv-1")).earmarked == 273_000

    spend_of(town).free("hq-cv-1")

    assert spend_of(town).standing(Scope("convoy", "hq-cv-1")).earmarked == 0
