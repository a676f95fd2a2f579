"""A town's word on a model goes before the shipped catalogue's, key by key."""

from collections.abc import Mapping
from decimal import Decimal

import pytest

from gastown.errors import ConfigError, NotFoundError
from gastown.town.config import TownConfig

HERE = "http://127.0.0.1:8080/v1"


def town(**models: Mapping[str, object]) -> TownConfig:
    return TownConfig.model_validate({"town": {"name": "oak"}, "models": models})


def test_an_address_is_all_that_a_shipped_model_needs():
    model = town(**{"qwen3-coder-480b": {"endpoint": HERE}}).model("qwen3-coder-480b")

    assert (model.endpoint, model.where, model.context) == (HERE, "cloud", 262_144)
    assert (model.input_usd, model.output_usd) == (Decimal("0.22"), Decimal("0.95"))


def test_what_the_town_says_itself_stays():
    said = {"endpoint": HERE, "context": 9_000, "input_usd": "1", "output_usd": "5"}
    made = town(**{"qwen3-coder-480b": said})

    assert made.catalogue["qwen3-coder-480b"].context == 9_000
    assert made.model("qwen3-coder-480b").input_usd == Decimal(1)


def test_a_model_of_the_towns_own_takes_no_name_from_the_catalogue():
    made = town(mine={"endpoint": HERE})

    assert made.model("mine").context == 16_384
    assert made.catalogue.find("mine") == "mine"


def test_a_name_goes_before_an_alias():
    made = town(**{"qwen3-coder-flash": {"endpoint": HERE, "where": "cloud"}})

    assert town().catalogue.find("qwen3-coder-flash") == "qwen3-coder-30b"
    assert made.catalogue.find("qwen3-coder-flash") == "qwen3-coder-flash"


def test_a_model_that_nothing_serves_says_what_to_add():
    with pytest.raises(ConfigError, match=r'add \[models."kimi-k2.5"\] with its endpoint and key'):
        town().model("kimi-k2.5")
    with pytest.raises(ConfigError, match=r"add \[models.gpt-oss-20b\] .* or a local file"):
        town().model("gpt-oss-20b")


def test_a_model_served_here_costs_nothing_whatever_its_shipped_price():
    said = {"endpoint": HERE, "where": "local"}
    made = town(**{"qwen3-coder-plus": said})

    assert made.model("qwen3-coder-plus").input_usd is None


def test_a_profile_says_how_long_work_may_wait_for_the_pc():
    own = {"night": {"base": "frugal"}, "late": {"base": "frugal", "stretch": 9}}
    made = TownConfig.model_validate({"town": {"name": "oak"}, "profiles": own})

    assert [made.stretch(name) for name in ("", "premium", "night", "late")] == [0.25, 0, 3, 9]
    with pytest.raises(NotFoundError, match="no profile 'lavish'"):
        made.stretch("lavish")
