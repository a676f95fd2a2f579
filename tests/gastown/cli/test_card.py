"""`town card …`: whose card a role is told, which version, and what it says otherwise than ours."""

import pytest


def test_ours_are_listed_with_their_versions_where_there_is_no_town(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    rows = {row["role"]: row for row in cli("card", "list", "--json").json}

    assert rows["polecat"]["version"]
    assert {row["origin"] for row in rows.values()} == {"ours"}


def test_a_rigs_card_stands_before_the_towns_and_that_before_ours(cli, oak):
    (oak / "cards").mkdir()
    (oak / "cards" / "crew.md").write_text("---\nversion: t\n---\nThe town's.")
    (oak / "garden" / "cards").mkdir()
    (oak / "garden" / "cards" / "crew.md").write_text("---\nversion: r\n---\nThe rig's.")

    assert cli("card", "show", "crew").out == "The town's.\n"
    assert cli("card", "show", "crew", "--rig", "garden", "--json").json["version"] == "r"
    assert cli("card", "show", "mayor", "--rig", "garden", "--json").json["origin"] == "ours"


def test_a_copy_can_be_edited_and_its_difference_is_shown(cli, oak):
    assert cli("card", "copy", "crew", "--rig", "garden").code == 0
    assert cli("card", "diff", "crew", "--rig", "garden").code == 0
    path = oak / "garden" / "cards" / "crew.md"
    path.write_text(path.read_text() + "Rhyme.\n")

    differs = cli("card", "diff", "crew", "--rig", "garden")

    assert differs.code == 1
    assert "+Rhyme." in differs.out.splitlines()
    assert cli("card", "copy", "crew", "--rig", "garden").code == 2


def test_a_card_made_from_an_older_one_of_ours_is_said_to_be(cli, oak):
    (oak / "cards").mkdir()
    (oak / "cards" / "crew.md").write_text("---\nversion: 9\nbased_on: 0\n---\nMine.")

    assert "made from version 0 of ours" in cli("card", "diff", "crew").out


@pytest.mark.parametrize("tokens", [("show", "bursar"), ("list", "--rig", "moon")])
def test_what_is_not_there_is_named(cli, oak, tokens):
    answer = cli("card", *tokens)

    assert answer.code == 2
    assert tokens[-1] in answer.err
