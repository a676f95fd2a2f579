"""Role cards are short, ours by default, and a town's or rig's own where it has one."""

from pathlib import Path

import pytest

from gastown.agents.context import CHARS_PER_TOKEN
from gastown.agents.roles import directives, role_card, roles
from gastown.errors import ConfigError, NotFoundError


def test_the_stages_roles_have_cards():
    assert {"defender", "polecat", "refinery", "watchdog", "librarian", "spotter"} <= set(roles())


@pytest.mark.parametrize("role", roles())
def test_a_card_is_short_and_says_that_material_gives_no_orders(role: str):
    card = role_card(role)

    assert len(card) / CHARS_PER_TOKEN <= 400
    assert "material" in card
    assert "orders" in card


def test_the_first_folder_that_has_a_card_wins(tmp_path: Path):
    town, rig = tmp_path / "town", tmp_path / "rig"
    town.mkdir()
    rig.mkdir()
    (town / "polecat.md").write_text("the town's\n")
    (rig / "polecat.md").write_text("the rig's\n")

    assert role_card("polecat", [rig, town]) == "the rig's"
    assert role_card("polecat", [tmp_path / "none", town]) == "the town's"
    assert role_card("refinery", [rig, town]) == role_card("refinery")


@pytest.mark.parametrize("role", ["bursar", "../polecat", "", "/etc/passwd"])
def test_an_unknown_role_names_the_known_ones(role: str):
    with pytest.raises(NotFoundError, match="polecat"):
        role_card(role)


@pytest.mark.parametrize("data", [b"", b" \n", b"\xff\xfe"])
def test_a_card_that_is_no_text_is_refused(tmp_path: Path, data: bytes):
    (tmp_path / "polecat.md").write_bytes(data)

    with pytest.raises(ConfigError, match=r"polecat\.md"):
        role_card("polecat", [tmp_path])


def test_what_town_and_rig_tell_a_role_stands_together_in_their_order(tmp_path: Path):
    town, rig = tmp_path / "town", tmp_path / "rig"
    for folder in (town, rig):
        folder.mkdir()
        (folder / "polecat.md").write_text(f"the {folder.name}'s\n")

    assert directives("polecat", [town, rig]) == "the town's\n\nthe rig's"
    assert directives("polecat", [tmp_path / "none", rig]) == "the rig's"
    assert directives("refinery", [town, rig]) == ""
    assert directives("../town/polecat", [rig]) == ""

    (rig / "polecat.md").write_text("")
    with pytest.raises(ConfigError, match=r"polecat\.md"):
        directives("polecat", [town, rig])
