"""A card says which version it is, and what it says of itself is told to no model."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gastown.agents.card import parse_card
from gastown.agents.roles import card_of, roles
from gastown.errors import ConfigError

VERSIONS = st.from_regex(r"[A-Za-z0-9_.-]{1,40}", fullmatch=True)


@pytest.mark.parametrize("role", roles())
def test_each_of_our_cards_has_a_version_which_is_not_part_of_its_text(role: str):
    card = card_of(role)

    assert card.head.version
    assert card.ours
    assert not card.text.startswith("---")


@given(VERSIONS, VERSIONS, st.text(st.characters(codec="utf-8", categories=["L", "N"]), min_size=1))
def test_what_a_file_says_of_itself_is_read_and_cut_off(version: str, based: str, text: str):
    file = f"---\nversion: {version}\nbased_on: {based}\n---\n\n{text}\n"

    card = parse_card("polecat", "polecat.md", file.encode())

    assert (card.head.version, card.head.based_on, card.text) == (version, based, text)


def test_two_cards_of_one_version_differ_by_digest():
    one, other = (
        parse_card("crew", "crew.md", f"---\nversion: 1\n---\n{text}".encode())
        for text in ("Answer.", "Answer in verse.")
    )

    assert one.facts["version"] == other.facts["version"]
    assert one.digest != other.digest


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ("---\nversion: 1\nA card.", "no end"),
        ("---\nversion 1\n---\nA card.", r"crew\.md:2: .* no `key: value`"),
        ("---\nauthor: ann\n---\nA card.", "author 'ann' is unknown; keys: version, based_on"),
        ("---\nversion: a b\n---\nA card.", "version 'a b' is no version"),
        ("---\nversion: 1\n---\n", "empty"),
    ],
)
def test_a_card_that_says_something_wrong_of_itself_is_refused(data: str, why: str):
    with pytest.raises(ConfigError, match=why):
        parse_card("crew", "crew.md", data.encode())


def test_a_card_without_such_lines_has_no_version(tmp_path: Path):
    (tmp_path / "crew.md").write_text("Answer.\n\n---\n\nBriefly.")

    card = card_of("crew", [tmp_path])

    assert (card.head.version, card.text) == ("", "Answer.\n\n---\n\nBriefly.")
    assert card.origin == str(tmp_path / "crew.md")
