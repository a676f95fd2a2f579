"""`town convoy …` and `town sling`, up to the point where a server is needed."""

import pytest


@pytest.fixture
def beads(cli, oak):
    return [
        cli("bead", "create", title, "-r", "garden", "--json").json["id"]
        for title in ("Dig", "Plant")
    ]


def test_a_convoy_is_created_listed_and_shown(cli, beads):
    made = cli("convoy", "create", "Spring", *beads, "--json").json

    assert made["id"].startswith("hq-cv-")
    assert (made["done"], made["total"]) == (0, 2)
    assert [one["id"] for one in cli("convoy", "list", "--json").json] == [made["id"]]
    shown = cli("convoy", "show", made["id"], "--json").json
    assert [bead["id"] for bead in shown["board"]["beads"]] == beads
    assert "Spring" in cli("convoy", "show", made["id"]).out
    assert "Spring" in cli("convoy", "list").out


@pytest.mark.parametrize("title", ["", "two\nlines", "x" * 501])
def test_a_convoys_title_is_one_line_that_says_something(cli, beads, title):
    answer = cli("convoy", "create", title, *beads)

    assert answer.code == 2
    assert "title" in answer.err
    assert cli("convoy", "list", "--json").json == []


def test_beads_of_the_machinery_are_not_in_a_persons_lists(cli, beads):
    cli("convoy", "create", "Spring", *beads)

    assert [bead["id"] for bead in cli("bead", "list", "--json").json] == beads
    assert len(cli("bead", "list", "--all", "--json").json) == 3


def test_only_a_convoy_can_be_shown_as_one(cli, beads):
    answer = cli("convoy", "show", beads[0])

    assert answer.code == 2
    assert "not a convoy" in answer.err


@pytest.mark.parametrize("verb", [("convoy", "launch"), ("sling",)])
def test_nothing_is_launched_or_left_behind_while_the_town_is_down(cli, beads, verb, monkeypatch):
    convoy = cli("convoy", "create", "Spring", *beads, "--json").json["id"]

    answer = cli(*verb, convoy if verb[0] == "convoy" else beads[0])

    assert answer.code == 2
    assert "is down; start it: town up" in answer.err
    assert len(cli("convoy", "list", "--json").json) == 1
