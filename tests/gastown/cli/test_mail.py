"""`town mail …` and `town nudge`, with the town down."""

import pytest

from tests.gastown.cli.test_gate import Asked


@pytest.fixture
def asked(tmp_path, cli, monkeypatch):
    root = tmp_path / "oak"
    assert cli("install", str(root)).code == 0
    monkeypatch.chdir(root)
    return Asked(root)


def test_a_letter_is_sent_listed_read_answered_and_put_away(cli, asked):
    sent = cli("mail", "send", "mayor/", "Plan the week\nSoon.", "--from", "deacon", "--json").json
    (row,) = cli("mail", "inbox", "mayor", "--json").json
    assert (row["id"], row["from"], row["subject"]) == (sent["id"], "deacon", "Plan the week")
    assert "Soon." in cli("mail", "read", sent["id"], "--as", "mayor").out
    assert cli("mail", "inbox", "mayor", "--json").json[0]["state"] == "read"

    answer = cli("mail", "reply", sent["id"], "Done.", "--json").json
    assert (answer["to"], answer["title"]) == ("deacon", "Re: Plan the week")
    talk = cli("mail", "read", sent["id"], "--whole", "--json").json
    assert [one["id"] for one in talk] == [sent["id"], answer["id"]]

    assert cli("mail", "archive", sent["id"], "--json").json == {"archived": [sent["id"]]}
    assert cli("mail", "inbox", "mayor", "--json").json == []
    assert len(cli("mail", "inbox", "mayor", "--all", "--json").json) == 1


def test_a_header_may_be_written_or_given_and_is_checked(cli, asked):
    text = "Problem: the disk is full\n\nI wait."
    sent = cli("mail", "send", "mayor", text, "--kind", "HELP", "--set", "tried=rm", "--json").json
    (row,) = cli("mail", "inbox", "mayor", "--json").json
    assert row["fields"] == {"Problem": "the disk is full", "Tried": "rm"}
    assert (row["text"], sent["title"]) == ("I wait.", "HELP: I wait.")

    refused = cli("mail", "send", "mayor", "I wait.", "--kind", "HELP")
    assert refused.code == 2
    assert "HELP needs the header lines: Problem" in refused.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("send", "mayr", "x"), "did you mean mayor?"),
        (("send", "mayor", "x", "--about", "hq-none"), "hq-none"),
        (("read", "hq-none"), "hq-none"),
        (("send", "mayor", "Cake?", "--kind", "GATE"), "a gate asks by itself"),
        (("send", "mayor", "x", "--priority", "9"), "priority"),
        (("send", "mayor", ""), "subject"),
    ],
)
def test_what_cannot_be_sent_or_read_is_refused_and_nothing_is_there(cli, asked, words, said):
    done = cli("mail", *words)

    assert done.code == 2
    assert said in done.err
    assert cli("mail", "inbox", "mayor", "--json").json == []


def test_a_key_sends_once(cli, asked):
    first, again = (
        cli("mail", "send", "mayor", "Plan", "--key", "week 3", "--json").json for _ in "ab"
    )
    assert first == again


def test_a_nudge_is_urgent_and_from_the_overseer(cli, asked):
    cli("nudge", "mayor", "Look at the inbox")
    (row,) = cli("mail", "inbox", "mayor", "--json").json

    assert (row["priority"], row["kind"], row["from"]) == (0, "NOTE", "overseer")


def test_a_reply_to_a_gates_letter_opens_the_gate_its_form_checked(cli, asked):
    (letter,) = cli("mail", "inbox", "--json").json
    assert (letter["kind"], letter["about"]) == ("GATE", asked.gate)

    refused = cli("mail", "reply", letter["id"], "yes")
    assert "waits still: version: is missing" in refused.out
    (again,) = cli("mail", "inbox", "--json").json
    taken = cli("mail", "reply", again["id"], "yes, ship", "-s", "version=1.2", "-s", "loud=true")

    assert f"{asked.gate} resolved: approved by overseer: ship" in taken.out
    (row,) = cli("gate", "list", "--all", "--json").json
    assert (row["state"], row["by"]) == ("resolved", "overseer")
    assert row["output"]["version"] == "1.2"
    assert row["output"]["loud"] is True
    assert cli("mail", "inbox", "--json").json == []


def test_a_letter_sent_in_answer_to_a_gate_is_an_answer(cli, asked):
    done = cli("mail", "send", "town", "no: too early", "--reply-to", asked.gate)

    assert f"{asked.gate} rejected: too early" in done.out


def test_letters_of_gates_whose_convoy_is_over_are_not_shown(cli, asked):
    ledger = asked.town.ledger
    ledger.close(asked.molecule.id, "given up")

    assert cli("mail", "inbox", "--json").json == []
