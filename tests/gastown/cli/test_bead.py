"""`town bead …` writes the ledger and reads it back."""

import pytest

from gastown.town.town import Town


def new(cli, *tokens: str):
    answer = cli("bead", "create", *tokens, "--json")
    assert answer.code == 0, answer.err
    return answer.json["id"]


def ids(answer):
    return [bead["id"] for bead in answer.json]


def test_a_created_bead_is_shown_as_it_was_described(cli, oak):
    bead = new(
        cli, "Water the roses", "-r", "garden", "-t", "bug", "-p", "1", "-d", "They droop.",
        "--acceptance", "They stand.", "--label", "dry", "--label", "hot", "--assignee", "ann",
    )  # fmt: skip

    shown = cli("bead", "show", bead, "--json").json

    assert bead.startswith("ga-")
    wanted = {
        "title": "Water the roses",
        "issue_type": "bug",
        "priority": 1,
        "description": "They droop.",
        "acceptance_criteria": "They stand.",
        "labels": ["dry", "hot"],
        "assignee": "ann",
        "status": "open",
    }
    assert {key: shown[key] for key in wanted} == wanted
    assert "They droop." in cli("bead", "show", bead).out


def test_without_a_rig_a_bead_is_the_towns_own(cli, oak):
    assert new(cli, "Call the mason").startswith("hq-")


def test_a_bead_is_ready_when_what_it_needs_is_closed(cli, oak):
    dig = new(cli, "Dig", "-r", "garden")
    plant = new(cli, "Plant", "-r", "garden", "--needs", dig)
    assert ids(cli("bead", "ready", "--json")) == [dig]

    closed = cli("bead", "close", dig, "--reason", "dug", "--json").json

    assert (closed[0]["status"], closed[0]["close_reason"]) == ("closed", "dug")
    assert ids(cli("bead", "ready", "--json")) == [plant]
    assert ids(cli("bead", "list", "--json")) == [plant]
    assert ids(cli("bead", "list", "--all", "--json")) == [dig, plant]
    assert ids(cli("bead", "list", "--status", "closed", "--json")) == [dig]


def test_a_dependency_is_put_in_and_taken_out(cli, oak):
    dig, plant = new(cli, "Dig"), new(cli, "Plant")

    assert cli("bead", "dep", plant, dig).out == f"{plant} needs {dig}\n"
    assert ids(cli("bead", "ready", "--json")) == [dig]
    circle = cli("bead", "dep", dig, plant)
    assert circle.code == 2
    assert cli("bead", "dep", plant, dig, "--remove").code == 0

    assert sorted(ids(cli("bead", "ready", "--json"))) == sorted([dig, plant])
    assert cli("bead", "dep", dig, dig).code == 2


def test_a_child_gets_its_parents_id_and_a_number(cli, oak):
    epic = new(cli, "Orchard", "-t", "epic")

    assert new(cli, "Apples", "--parent", epic) == f"{epic}.1"


def test_lists_are_narrowed_by_rig_type_label_and_assignee(cli, oak):
    roses = new(cli, "Roses", "-r", "garden", "--label", "dry", "--assignee", "ann")
    mason = new(cli, "Mason", "-t", "chore")

    assert ids(cli("bead", "list", "-r", "garden", "--json")) == [roses]
    assert ids(cli("bead", "list", "-r", "hq", "--json")) == [mason]
    assert ids(cli("bead", "list", "-t", "chore", "--json")) == [mason]
    assert ids(cli("bead", "list", "--label", "dry", "--json")) == [roses]
    assert ids(cli("bead", "list", "--assignee", "ann", "--json")) == [roses]
    assert ids(cli("bead", "ready", "-n", "1", "--json")) in ([roses], [mason])
    assert "no rig 'barn'" in cli("bead", "list", "-r", "barn").err


def test_what_is_refused_leaves_the_ledger_as_it_was(cli, oak):
    for tokens in (
        ("Dig", "-p", "9"),
        ("Dig", "-t", "poem"),
        ("Dig", "--needs", "ga-nope"),
        ("Dig", "--parent", "ga-nope"),
        ("Dig", "-r", "barn"),
        ("",),
    ):
        answer = cli("bead", "create", *tokens)
        assert (answer.code, answer.out) == (2, ""), tokens

    assert cli("bead", "list", "--all", "--json").json == []


def test_the_table_for_a_person_names_each_bead(cli, oak):
    dig = new(cli, "Dig [not] a [bold]hole[/bold]")

    assert f"{dig}" in cli("bead", "list").out
    assert "Dig [not] a [bold]hole[/bold]" in cli("bead", "list").out
    assert cli("bead", "list", "-t", "epic").out == "beads: none\n"


def test_what_is_said_anew_is_changed_and_the_rest_stays(cli, oak):
    bead = new(cli, "Dig", "-d", "Deep.", "--label", "dry", "--assignee", "ann")

    changed = cli(
        "bead", "update", bead, "--title", "Dig on", "-p", "0", "--status", "deferred",
        "--label", "hot", "--remove-label", "dry", "--acceptance", "A hole.", "--assignee", "",
        "-t", "chore", "--json",
    ).json  # fmt: skip

    assert changed == cli("bead", "show", bead, "--json").json
    wanted = {
        "title": "Dig on",
        "description": "Deep.",
        "acceptance_criteria": "A hole.",
        "priority": 0,
        "status": "deferred",
        "labels": ["hot"],
        "assignee": "",
        "issue_type": "chore",
    }
    assert {key: changed[key] for key in wanted} == wanted
    assert cli("bead", "update", bead, "--status", "open").out == f"{bead}: status set\n"


@pytest.mark.parametrize(
    ("tokens", "said"),
    [
        ((), "say what to change"),
        (("--status", "closed"), "town bead close"),
        (("--status", "wat"), "statuses: blocked, closed"),
        (("--type", "wat"), "types: "),
        (("--title", "two\nlines"), "a title is one line"),
        (("--title", "  "), "the title is empty"),
        (("--remove-label", "wet"), "has no label wet; it has: dry"),
        (("-p", "7"), "priority"),
    ],
)
def test_a_change_that_cannot_be_is_refused_with_what_can(cli, oak, tokens, said):
    bead = new(cli, "Dig", "--label", "dry")
    before = cli("bead", "show", bead, "--json").json

    answer = cli("bead", "update", bead, *tokens)

    assert answer.code == 2
    assert said in answer.err
    assert cli("bead", "show", bead, "--json").json == before


def test_a_closed_bead_says_how_it_is_reopened_and_that_works(cli, oak):
    bead = new(cli, "Dig")
    cli("bead", "close", bead)
    assert f"town bead reopen {bead} --reason" in cli("bead", "close", bead).err

    assert (
        cli("bead", "reopen", bead, "--reason", "rain").out == f"{bead} was closed, is open: Dig\n"
    )
    assert "was open already" in cli("bead", "reopen", bead, "--reason", "rain").out
    assert ids(cli("bead", "ready", "--json")) == [bead]


def test_beads_close_all_or_none(cli, oak):
    dig, plant = new(cli, "Dig"), new(cli, "Plant")

    assert cli("bead", "close", dig, "hq-nope").code == 2
    assert cli("bead", "show", dig, "--json").json["status"] == "open"
    assert ids(cli("bead", "close", dig, plant, dig, "--json")) == [dig, plant]


def test_closing_what_waits_for_an_open_bead_is_done_with_a_warning(cli, oak):
    dig = new(cli, "Dig")
    plant = new(cli, "Plant", "--needs", dig)
    water = new(cli, "Water", "--needs", plant)

    answer = cli("bead", "close", plant, water, "--json")

    assert ids(answer) == [plant, water]
    assert answer.err == f"warning: {plant} is closed, though {dig} (Dig) is still open\n"


def test_an_edge_of_no_known_kind_or_that_is_not_there_is_refused(cli, oak):
    dig, plant = new(cli, "Dig"), new(cli, "Plant")
    cli("bead", "dep", plant, dig, "--kind", "related")

    odd = cli("bead", "dep", plant, dig, "--kind", "wat")
    none = cli("bead", "dep", dig, plant, "--remove")
    other = cli("bead", "dep", plant, plant, "--remove")

    assert "no kind 'wat'; kinds: blocks, parent-child, related, tracks" in odd.err
    assert f"{dig} has no edge to {plant}; its edges: none" in none.err
    assert f"its edges: {dig} (related)" in other.err
    assert cli("bead", "dep", plant, dig, "--remove").code == 0


@pytest.mark.parametrize("tokens", [("--status", "wat"), ("--type", "wat")])
def test_a_list_of_what_cannot_be_is_refused_with_what_can(cli, oak, tokens):
    answer = cli("bead", "list", *tokens)

    assert answer.code == 2
    assert "wat" in answer.err
    assert ("statuses: " if tokens[0] == "--status" else "types: ") in answer.err


@pytest.mark.parametrize(
    ("title", "said"),
    [("", "is empty"), ("a\nb", "goes on after 'a'"), ("x" * 501, "has 501 characters")],
)
def test_a_title_is_one_line_that_says_something(cli, oak, title, said):
    answer = cli("bead", "create", title)

    assert answer.code == 2
    assert said in answer.err


def test_a_convoy_among_beads_says_where_its_board_is(cli, oak):
    convoy = cli("convoy", "create", "Spring", new(cli, "Dig", "-r", "garden"), "--json").json["id"]

    assert f"town convoy show {convoy}" in cli("bead", "show", convoy).out


def test_markup_in_a_title_is_only_text(cli, oak):
    bead = new(cli, "fix [/foo] :bug:")

    answer = cli("bead", "close", bead)

    assert (answer.code, answer.out) == (0, f"{bead} closed: fix [/foo] :bug:\n")


def test_a_step_says_which_model_and_which_agent_of_others_did_it(cli, oak):
    done, bare = new(cli, "Dig"), new(cli, "Plant")
    ledger = Town.open(oak).ledger
    ledger.close(done, "Done", evidence={"model": "kimi", "evidence": {"agent": "aider"}})

    assert "aider on kimi" in cli("bead", "show", done).out
    assert "worked" not in cli("bead", "show", bare).out
