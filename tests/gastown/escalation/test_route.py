"""Who is asked, in which order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gastown.escalation.escalation import CATEGORIES, LADDER, SEVERITIES, Category, Severity, rank
from gastown.escalation.route import address_of, rig_of, route, tier_of

SOURCES = ["", "game/jade", "game/witness", "deacon", "deacon/", "mayor", "overseer", "game/crew/a"]


@pytest.mark.parametrize(
    ("category", "first"),
    [
        ("decision", "deacon"),
        ("help", "deacon"),
        ("blocked", "mayor"),
        ("failed", "deacon"),
        ("emergency", "overseer"),
        ("gate_timeout", "deacon"),
        ("lifecycle", "witness"),
    ],
)
def test_a_category_begins_where_gas_town_has_it_begin(category: Category, first: str):
    assert route("MEDIUM", category, source="game/jade").tiers[0] == first


def test_medium_takes_every_tier_high_only_the_categorys_and_critical_none():
    assert route("MEDIUM", "failed").tiers == ("deacon", "mayor", "overseer")
    assert route("HIGH", "failed").tiers == ("deacon", "overseer")
    assert route("HIGH", "help").tiers == ("deacon", "mayor", "overseer")
    assert route("CRITICAL", "failed").tiers == ("overseer",)


def test_nobody_is_asked_about_what_they_raised():
    assert route("MEDIUM", "lifecycle", source="game/witness").tiers[0] == "deacon"
    assert route("MEDIUM", "failed", source="deacon").tiers == ("mayor", "overseer")
    assert route("MEDIUM", "failed", source="mayor/").tiers == ("overseer",)
    assert "deacon" in route("MEDIUM", "failed", source="deacon").because


def test_without_a_rig_no_witness_is_asked():
    assert route("MEDIUM", "lifecycle").tiers[0] == "deacon"
    assert route("MEDIUM", "lifecycle", rig="game").tiers[0] == "witness"


def test_addresses_are_told_apart_by_their_slash():
    assert (tier_of("mayor"), tier_of("game/witness"), tier_of("game/mayor")) == (
        "mayor",
        "witness",
        None,
    )
    assert (rig_of("game/jade"), rig_of("mayor/"), rig_of("deacon")) == ("game", "", "")
    assert (address_of("witness", "game"), address_of("mayor", "game")) == ("game/witness", "mayor")


@given(st.sampled_from(SEVERITIES), st.sampled_from(CATEGORIES), st.sampled_from(SOURCES))
def test_every_way_goes_up_and_ends_with_the_overseer(
    severity: Severity, category: Category, source: str
):
    way = route(severity, category, source=source)
    ranks = [rank(tier) for tier in way.tiers]

    assert ranks == sorted(set(ranks))
    assert way.tiers[-1] == "overseer"
    assert way.because
    assert all(way.after(tier) in {*way.tiers, None} for tier in LADDER)
    assert way.after("overseer") is None
    assert all(rank(way.from_(tier)) >= rank(tier) for tier in LADDER)


@given(st.sampled_from(CATEGORIES), st.sampled_from(SOURCES))
def test_a_worse_severity_takes_no_longer_way(category: Category, source: str):
    lengths = [len(route(one, category, source=source).tiers) for one in SEVERITIES]

    assert lengths == sorted(lengths)
