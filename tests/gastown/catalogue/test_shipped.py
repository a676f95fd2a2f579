"""The shipped catalogue is whole: models, prices and profiles name each other."""

from decimal import Decimal

import pytest

from gastown.catalogue.files import read
from gastown.catalogue.price import newest_price, shipped_prices
from gastown.catalogue.roles import LABELS, ROLES, unknown_role
from gastown.catalogue.row import Figures
from gastown.catalogue.shipped import shipped_models

MODELS = shipped_models()
LENT_MIB = 10_240 - 1_536 - 1_127  # what the plan's PC lends of its VRAM


def test_no_alias_is_a_name_or_another_models_alias():
    names = [*MODELS, *(alias for row in MODELS.values() for alias in row.aliases)]

    assert len(set(names)) == len(names)


@pytest.mark.parametrize("name", MODELS)
def test_a_cloud_model_has_a_price_and_a_local_one_has_none(name):
    assert (newest_price(name) is not None) == (MODELS[name].where == "cloud")


@pytest.mark.parametrize("name", MODELS)
def test_each_model_alone_fits_the_plans_pc(name):
    figures = MODELS[name].figures or Figures(source="none")
    cache = figures.kv_mib_per_token * MODELS[name].context

    on_gpu = cache if figures.kv_on == "gpu" else 0
    assert figures.vram_mib + on_gpu <= LENT_MIB
    assert figures.ram_mib + cache - on_gpu <= 128 * 1024


def test_prices_are_exact_and_keep_their_digits():
    row = newest_price("qwen3-coder-480b")

    assert row is not None
    assert (row.input, row.output) == (Decimal("0.22"), Decimal("0.95"))


def test_the_newest_price_is_the_one_with_the_latest_date():
    first, last = (row for row in shipped_prices() if row.model == "gemini-3-flash")

    assert first.date < last.date
    assert newest_price("gemini-3-flash") == last


def test_every_profile_names_every_role_and_nothing_else():
    for rows in read("profiles.toml").values():
        keys = set(rows) - {"stretch"}
        assert {key for key in keys if "@" not in key} == set(ROLES)
        assert {key.partition("@")[2] for key in keys if "@" in key} <= set(LABELS)


def test_a_kind_of_work_that_is_taken_for_a_role_is_told_from_one():
    assert unknown_role("triage") == "unknown role 'triage': use label gt:triage"
    assert unknown_role("baker").startswith("unknown role 'baker'; roles: mayor, crew,")
