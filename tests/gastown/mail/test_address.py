"""Whose mailbox is meant."""

import pytest

from gastown.errors import MailError
from gastown.mail.address import Address, canonical, ears, parse
from gastown.town.config import TownConfig

CONFIG = TownConfig.model_validate(
    {
        "town": {"name": "oak"},
        "rigs": {
            "game": {"prefix": "ga", "origin": "x", "gauge": {"kind": "pytest"}},
            "core": {"prefix": "co", "origin": "y", "gauge": {"kind": "pytest"}},
        },
        "mail": {"lists": {"readers": ["game/refinery", "mayor"]}},
    }
)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("mayor/", "mayor"),
        (" overseer ", "overseer"),
        ("game/", "game/"),
        ("game/refinery", "game/refinery"),
        ("game/crew/ann", "game/crew/ann"),
        ("list:readers", "list:readers"),
    ],
)
def test_an_address_has_one_way_to_be_written(said, meant):
    assert parse(said, CONFIG).text == meant


@pytest.mark.parametrize(
    ("said", "near"),
    [
        ("gme/opal", "did you mean game/opal?"),
        ("mayr", "did you mean mayor?"),
        ("list:reader", "did you mean list:readers?"),
        ("game", "did you mean game/?"),
    ],
)
def test_what_the_town_has_not_is_refused_with_the_nearest(said, near):
    with pytest.raises(MailError, match=r".") as refused:
        parse(said, CONFIG)

    assert near in str(refused.value)


@pytest.mark.parametrize("said", ["", "/", "a/b/c", "a b", "game/../x", "list:", "x" * 300, "a\nb"])
def test_what_is_no_address_is_refused(said):
    with pytest.raises(MailError, match="is no address"):
        canonical(said)


def test_an_agent_hears_its_own_mailbox_its_rigs_and_its_lists():
    assert ears(Address(text="game/refinery"), CONFIG) == ("game/refinery", "game/", "list:readers")
    assert ears(Address(text="mayor"), CONFIG) == ("mayor", "list:readers")
    assert ears(Address(text="core/opal"), CONFIG) == ("core/opal", "core/")
