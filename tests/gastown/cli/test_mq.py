"""`town mq`: who waits for a rig's main, and a queue that a person stops for a while."""

import threading

import pytest

from gastown.queue.merge import merge
from gastown.queue.outcome import Merged
from gastown.queue.requests import Requests
from gastown.queue.terms import Terms
from gastown.town.layout import RigLayout
from tests.gastown.rigs.given import GREEN, RED, REFINERY, work


@pytest.fixture
def rig(oak):
    return RigLayout(oak / "garden")


def _merge(rig, bead, gate=lambda _: GREEN, wait=None):
    terms = Terms(wait=wait) if wait else Terms()
    return merge(
        rig, f"polecat/{bead}", target="main", gate=gate, bead=bead, author=REFINERY, terms=terms
    )


def test_a_queue_that_nobody_asked_is_empty(cli, oak):
    assert cli("mq", "list", "--json").json == [{"rig": "garden", "paused": None, "requests": []}]
    assert "merge requests: none" in cli("mq", "list").out


def test_what_was_merged_is_shown_with_its_commit(cli, oak, rig):
    work(rig, "ga-1", {"b.txt": "b\n"})
    outcome = _merge(rig, "ga-1")

    assert isinstance(outcome, Merged)
    assert cli("mq", "list", "--json").json[0]["requests"] == []
    (listed,) = cli("mq", "list", "--all", "--json").json[0]["requests"]
    assert (listed["state"], listed["commit"]) == ("merged", outcome.commit)
    assert outcome.commit in cli("mq", "show", "ga-1").out


def test_what_was_red_is_shown_with_its_tests(cli, oak, rig):
    work(rig, "ga-1", {"b.txt": "b\n"})
    _merge(rig, "ga-1", lambda path: RED if (path / "b.txt").exists() else GREEN)

    answer = cli("mq", "show", "ga-1")

    assert "tests/t.py one" in answer.out
    assert cli("mq", "show", "ga-1", "--json").json["state"] == "red"


def test_a_paused_queue_lets_a_merge_wait_until_it_is_resumed(cli, oak, rig):
    work(rig, "ga-1", {"b.txt": "b\n"})
    assert cli("mq", "pause", "garden", "--reason", "release day").code == 0
    looked, go_on, done = threading.Event(), threading.Event(), []

    def wait(_seconds):
        looked.set()
        go_on.wait(30)

    thread = threading.Thread(target=lambda: done.append(_merge(rig, "ga-1", wait=wait)))
    thread.start()
    assert looked.wait(30)
    listed = cli("mq", "list", "--json").json[0]
    assert listed["paused"]["reason"] == "release day"
    assert [one["status"] for one in listed["requests"]] == ["waiting"]
    assert "release day" in cli("mq", "list").out
    assert cli("mq", "resume", "--json").json == {"rigs": ["garden"]}
    go_on.set()
    thread.join(60)

    assert isinstance(done[0], Merged)
    assert cli("mq", "resume").out == "nothing was paused\n"


def test_a_pause_is_on_the_disk(cli, oak, rig):
    """So a town that was down meanwhile is paused still."""
    cli("mq", "pause")

    assert Requests.of(rig).paused() is not None


def test_a_rig_and_a_request_that_are_not_there_are_refused(cli, oak):
    assert "no rig 'nope'" in cli("mq", "pause", "nope").err
    answer = cli("mq", "show", "mr-nope")
    assert (answer.code, "town mq list" in answer.err) == (2, True)
    assert cli("mq", "show", "../pause").code == 2
