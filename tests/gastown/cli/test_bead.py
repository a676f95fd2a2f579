"""`town bead …` writes the ledger and reads it back."""


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
