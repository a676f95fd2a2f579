"""Requests: whole files or none, one verdict each, and a pause that outlives processes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gastown.errors import ConfigError, NotFoundError, StaleTokenError
from gastown.queue.outcome import Contained, Merged, Red
from gastown.queue.request import MergeRequest, id_of, outcome_of
from gastown.queue.requests import KEPT, Pause, Requests
from gastown.queue.score import assemble, in_order, score
from gastown.rigs.rebase import Conflict
from tests.gastown.rigs.given import GREEN, RED, REFINERY

NOW = datetime(2026, 1, 29, 9, 0, tzinfo=UTC)
AN_HOUR = timedelta(hours=1)


def request(branch="polecat/sk-1", **facts: Any):
    base = {
        "id": id_of(branch, facts.get("target", "main")), "ticket": "t", "branch": branch,
        "tip": "c0ffee", "target": "main", "trunk": "main", "bead": "sk-1", "author": REFINERY,
        "asked_at": NOW,
    }  # fmt: skip
    return MergeRequest.model_validate({**base, **facts})


@pytest.fixture
def requests(tmp_path):
    return Requests(tmp_path / "queue")


def test_a_request_that_asks_again_is_one_request_with_a_new_ticket(requests):
    first = requests.enqueue(request())
    again = requests.enqueue(request())

    assert first.id == again.id
    assert first.ticket != again.ticket
    assert requests.all() == [again]


def test_an_old_ticket_changes_nothing(requests):
    first = requests.enqueue(request())
    again = requests.enqueue(request())

    assert requests.change(first, state="red", report=RED) == again
    assert requests.withdraw(first, "gone", NOW).state == "ready"


def test_what_was_refused_before_is_counted_and_what_merely_died_is_not(requests):
    requests.change(requests.enqueue(request()), state="red", report=RED)
    assert requests.enqueue(request()).retries == 1
    assert requests.enqueue(request(asked_at=NOW + AN_HOUR)).asked_at == NOW
    assert requests.enqueue(request()).retries == 1


def test_a_verdict_is_not_withdrawn(requests):
    made = requests.enqueue(request())
    requests.change(made, state="merged", report=GREEN, commit="abc")

    assert requests.withdraw(made, "its stage died", NOW).state == "merged"


def test_each_state_is_the_outcome_that_it_says():
    assert outcome_of(request(state="merged", report=GREEN, commit="a")) == Merged("a", GREEN)
    assert outcome_of(request(state="red", report=RED)) == Red(RED)
    assert outcome_of(request(state="contained", commit="a")) == Contained("a")
    assert outcome_of(request(state="conflict", files=("f",), text="x")) == Conflict(("f",), "x")
    with pytest.raises(StaleTokenError, match="another run"):
        outcome_of(request(state="withdrawn", reason="another run"))


def test_a_file_that_is_no_request_is_named(requests):
    requests.enqueue(request())
    (requests.folder / "mr-1.json").write_text("{}")

    with pytest.raises(ConfigError, match=r"mr-1\.json is no merge request"):
        requests.all()


@pytest.mark.parametrize("name", ["mr-none", "../mr-none", "pause"])
def test_what_is_not_there_is_not_found(requests, name):
    requests.pause(Pause(by="ann", at=NOW))
    with pytest.raises(NotFoundError, match="town mq list"):
        requests.show(name)


def test_a_pause_is_there_for_whoever_opens_the_folder(requests):
    requests.pause(Pause(by="ann", at=NOW, reason="release"))

    assert Requests(requests.folder).paused() == Pause(by="ann", at=NOW, reason="release")
    requests.resume()
    requests.resume()
    assert requests.paused() is None


def test_only_what_was_proven_of_that_very_commit_is_known(requests):
    requests.prove("main", "abc", green=True)

    assert requests.proven("main", "abc") is True
    assert requests.proven("main", "abd") is None
    assert requests.proven("next", "abc") is None


def test_old_verdicts_are_forgotten_and_what_waits_never(requests):
    for number in range(KEPT + 5):
        made = requests.enqueue(request(f"polecat/{number}"))
        at = NOW + timedelta(minutes=number)
        requests.change(made, state="contained", commit="a", settled_at=at)
    requests.enqueue(request("polecat/waits"))

    requests.forget_old()

    left = {one.branch for one in requests.all()}
    assert len(left) == KEPT + 1
    assert "polecat/waits" in left
    assert "polecat/0" not in left


def test_what_a_process_that_died_had_begun_to_write_is_removed(requests):
    requests.enqueue(request())
    (requests.folder / ".mr-1.json.77.abc").write_text("{")

    requests.forget_old()

    assert [path.name for path in requests.folder.iterdir() if path.name.startswith(".mr")] == []
    assert len(requests.all()) == 1


def test_points_are_those_of_the_refinery():
    old = request(convoy_at=NOW - 3 * AN_HOUR, priority=1, retries=2, asked_at=NOW - AN_HOUR)

    assert score(old, NOW).points == 1000 + 30 + 300 - 100 + 1
    assert "2 refused" in score(old, NOW).reason
    assert score(request(retries=99), NOW).points == 1000 + 200 - 300


def test_what_waits_long_enough_overtakes_what_is_more_urgent():
    urgent = request("b/1", priority=0)
    patient = request("b/2", priority=4, asked_at=NOW - 500 * AN_HOUR)

    assert in_order([urgent, patient], NOW)[0] == patient


def test_a_batch_has_one_target_and_no_more_than_its_size():
    ready = [request(f"b/{n}", target="main" if n % 2 else "next", priority=n) for n in range(5)]

    assert [one.branch for one in assemble(ready, NOW, 2)] == ["b/0", "b/2"]
    assert assemble([request(state="red", report=RED)], NOW, 2) == ()
