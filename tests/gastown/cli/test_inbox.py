"""`town inbox`: read, list, show, accept once, decline with a reason, join."""

import json

import pytest

from gastown.feedback.record import record_id
from gastown.feedback.rehearsal.server import PublicServer
from gastown.feedback.rehearsal.world import Post

SOURCES = """
[sources.issues]
kind = "github-issues"
repo = "acme/game"
rig = "garden"
api = "{url}"
[sources.forum]
kind = "feed"
url = "{url}feed.xml"
enabled = false
"""
CRASH, DARK, STREAK = (record_id("issues", f"issue-{number}") for number in (1, 2, 3))


@pytest.fixture
def public():
    with PublicServer() as server:
        server.world.put(
            Post(1, title="It crashes", text="when I jump twice in the shop", labels=("bug",)),
            Post(2, title="Dark mode", text="please, my eyes hurt at night", votes=30),
            Post(3, title="\x1b[31mStreaks", text="count them \x1b]0;x\x07 please", author="bob"),
        )
        yield server


@pytest.fixture
def asked(oak, public):
    file = oak / "town.toml"
    file.write_text(file.read_text() + SOURCES.format(url=public.url))
    return oak


def test_what_was_read_is_proposed_and_an_accepted_topic_is_a_bead_once(cli, asked):
    read = cli("inbox", "read", "--json")
    assert read.code == 0
    assert [(one["reader"], one["items"]) for one in read.json] == [("bug-scout", 3)]
    assert "sorting 1 of 3" in read.err

    listed = cli("inbox", "--json").json
    assert listed[0]["id"] == DARK
    assert {one["state"] for one in listed} == {"proposed"}
    bead = cli("inbox", "accept", DARK).out.strip()
    again = cli("inbox", "accept", DARK).out.strip()

    assert bead == again
    shown = cli("bead", "show", bead, "--json").json
    assert (shown["title"], shown["labels"]) == ("Dark mode", ["feedback"])
    assert bead.split("-")[0] == cli("rig", "list", "--json").json[0]["prefix"]
    assert len(cli("bead", "list", "--json").json) == 1
    assert DARK not in cli("inbox").out
    assert "accepted" in cli("inbox", "--all").out


def test_a_topic_is_declined_with_a_reason(cli, asked):
    cli("inbox", "read")

    assert cli("inbox", "decline", CRASH).code == 2
    assert cli("inbox", "decline", CRASH, "--why", " ").code == 2
    assert cli("inbox", "decline", CRASH, "--why", "works as it should").code == 0

    told = cli("inbox", "show", CRASH, "--json").json
    assert (told["state"], told["decided"]["why"]) == ("declined", "works as it should")


def test_topics_are_joined_by_a_person(cli, asked):
    cli("inbox", "read")

    assert "2 items, 2 people" in cli("inbox", "join", STREAK, DARK).out
    assert len(cli("inbox", "--json").json) == 2
    assert cli("inbox", "join", STREAK, DARK).code == 2


def test_what_strangers_wrote_steers_no_terminal(cli, asked):
    cli("inbox", "read")

    shown = cli("inbox", "show", STREAK).out + cli("inbox").out

    assert "Streaks" in shown
    assert not set(shown) & {"\x1b", "\x07"}


@pytest.mark.parametrize(
    ("tokens", "said"),
    [
        (("accept", "fb-000000000000"), "town inbox --all"),
        (("accept", CRASH, "--rig", "cellar"), "no rig 'cellar'"),
        (("read", "pigeons"), "no [sources.pigeons]; sources: issues, forum"),
        (("read", "--most", "-1"), "give 0 or more"),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(cli, asked, tokens, said):
    cli("inbox", "read")
    before = cli("inbox", "--all", "--json").json

    answer = cli("inbox", *tokens)

    assert (answer.code, said in answer.err) == (2, True)
    assert cli("inbox", "--all", "--json").json == before
    assert cli("bead", "list", "--json").json == []


def test_a_source_that_fails_is_exit_code_1_and_the_others_are_read(cli, asked, public):
    public.world.meet("gone")

    answer = cli("inbox", "read", "--json", "--most", "0", "issues", "forum")

    assert answer.code == 1
    first, second = (report["sources"][0] for report in answer.json)
    assert (first["failed"], second["new"]) == (True, 3)
    assert "none of that name" in first["why"]


def test_a_town_without_sources_says_where_to_read_how(cli, oak):
    assert json.loads(cli("inbox", "--json").out) == []
    assert "docs/feedback.md" in cli("inbox", "read").err
