"""`town convoy …` and `town sling`, up to the point where a server is needed."""

import json

import pytest

from tests.gastown.founding.conftest import git


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


def test_a_convoy_is_given_up_and_its_beads_travel_with_another(cli, beads):
    convoy = cli("convoy", "create", "Spring", *beads, "--json").json["id"]

    dropped = cli("convoy", "drop", convoy, "--reason", "too big", "--json").json

    assert dropped == {"convoy": convoy, "reason": "too big", "removed": [], "open": beads}
    assert cli("convoy", "list", "--json").json == []
    assert cli("convoy", "create", "Smaller", beads[0]).code == 0


def test_a_person_reads_what_giving_up_removed_and_what_is_open(cli, beads, oak):
    convoy = cli("convoy", "create", "Spring", *beads, "--json").json["id"]
    git(oak / "garden" / "mayor" / "rig", "branch", f"convoy/{convoy}")

    said = cli("convoy", "drop", convoy).out

    assert f"removed garden: defender/{convoy} (branch convoy/{convoy})" in said
    assert f"{convoy} is given up; open again: {', '.join(beads)}" in said


@pytest.mark.parametrize("verb", ["drop", "launch"])
def test_a_convoy_that_was_given_up_stays_so(cli, beads, verb):
    convoy = cli("convoy", "create", "Spring", *beads, "--json").json["id"]
    cli("convoy", "drop", convoy)

    answer = cli("convoy", verb, convoy)

    assert answer.code == 2
    assert "dropped: given up" in answer.err


def test_a_convoy_tells_what_it_waits_for_and_takes_subscribers(cli, oak):
    bead = cli("bead", "create", "one", "--rig", "garden", "--json").json["id"]
    convoy = cli("convoy", "create", "Grid", bead, "--json").json["id"]
    assert cli("convoy", "subscribe", convoy, "--json").json["new"] == ["mail overseer"]
    assert cli("convoy", "subscribe", convoy, "--json").json["new"] == []
    assert cli("convoy", "subscribe", convoy, "--notify", "slack").code == 2
    assert cli("convoy", "subscribe", convoy, "--mail", "nobody").code == 2
    found = cli("convoy", "show", convoy, "--json").json

    assert [one["target"] for one in found["subscribers"]] == [{"by": "mail", "to": "overseer"}]
    assert found["progress"]["beads"] == 1
    assert "expected to land: it was not launched" in cli("convoy", "show", convoy).out
    assert cli("convoy", "unsubscribe", convoy, "--json").json["removed"] == ["mail overseer"]
    cli("convoy", "subscribe", convoy, "--mail", "garden/")
    assert cli("convoy", "drop", convoy, "--reason", "no time").code == 0
    said = [json.loads(line) for line in cli("feed", "--json", "--kind", "mail").out.splitlines()]
    assert [line["said"] for line in said] == [
        f"town wrote to garden/: {convoy} was given up: Grid"
    ]
