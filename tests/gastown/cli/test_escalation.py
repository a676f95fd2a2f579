"""`town escalate` and `town escalation …`, with the town down."""

import pytest

from gastown.beads.bead import Draft
from gastown.mail.box import inbox
from gastown.town.town import Town


@pytest.fixture
def ledger(tmp_path, cli, monkeypatch):
    root = tmp_path / "oak"
    assert cli("install", str(root)).code == 0
    monkeypatch.chdir(root)
    return Town.open(root).ledger


def raised(cli, *more: str) -> str:
    return cli("escalate", "The tests are red", *more, "--json").json["id"]


def test_what_is_raised_is_listed_with_who_has_it_and_until_when(cli, ledger):
    bead = raised(cli, "-s", "HIGH", "-c", "failed", "--by", "game/jade", "-m", "since noon")

    (row,) = cli("escalation", "list", "--json").json
    assert (row["id"], row["severity"], row["category"]) == (bead, "HIGH", "failed")
    assert (row["tier"], row["source"], row["state"]) == ("deacon", "game/jade", "open")
    assert "the Deacon was asked; rises " in cli("escalation", "list").out
    assert "escalations: none" in cli("escalation", "list", "--tier", "mayor").out


def test_the_worst_are_listed_first_and_settled_ones_when_asked_for(cli, ledger):
    mild, bad = raised(cli), raised(cli, "-s", "CRITICAL")
    assert [one["id"] for one in cli("escalation", "list", "--json").json] == [bad, mild]

    assert cli("escalation", "resolve", bad, "--how", "reverted").code == 0
    assert [one["id"] for one in cli("escalation", "list", "--json").json] == [mild]
    assert [one["id"] for one in cli("escalation", "list", "-a", "--json").json] == [mild, bad]


def test_its_chain_is_shown_with_how_to_answer(cli, ledger):
    bead = raised(cli, "-m", "since noon", "--to", "mayor")
    cli("escalation", "ack", bead, "--by", "mayor", "--note", "reading the log")
    cli("escalation", "forward", bead, "--by", "mayor", "--why", "it is the machine")

    shown = cli("escalation", "show", bead)

    for said in (
        "since noon",
        "acked by mayor: reading the log",
        "forwarded by mayor, now with the Overseer: it is the machine",
        f"town escalation resolve {bead}",
    ):
        assert said in shown.out
    assert "town escalation ack" not in cli("escalation", "show", bead, "--json").out


def test_who_raised_it_gets_the_answer_by_mail(cli, ledger):
    bead = raised(cli, "--by", "mayor")
    cli("escalation", "resolve", bead, "--how", "use 120")

    (mail,) = inbox(ledger, "mayor")
    assert mail.letter.text.endswith(": use 120")


def test_a_second_answer_is_refused_and_says_who_was_first(cli, ledger):
    bead = raised(cli)
    cli("escalation", "resolve", bead, "--how", "reverted", "--by", "ada")

    again = cli("escalation", "resolve", bead, "--how", "ignored")
    late = cli("escalation", "ack", bead)

    assert (again.code, late.code) == (2, 2)
    assert "settled already, by ada: reverted" in again.err
    assert f"{bead}: it is resolved already, by ada: reverted" in late.err


def test_one_key_is_one_escalation(cli, ledger):
    assert raised(cli, "--key", "red") == raised(cli, "--key", "red")


def test_what_makes_no_escalation_is_refused(cli, ledger):
    task = ledger.create(Draft(title="A task")).id

    assert cli("escalate", "x", "--about", "hq-none").code == 2
    assert cli("escalate", "x", "--rig", "none").code == 2
    assert cli("escalate", " ").code == 2
    assert "MEDIUM" in cli("escalate", "x", "-s", "LOUD").err
    assert "no escalation" in cli("escalation", "show", task).err
    assert ledger.find() == [ledger.show(task)]
