"""What GitHub says of runs and pull requests, over a real socket."""

from datetime import UTC, datetime, timedelta

import pytest

from blocks.github import GithubLook
from blocks.sources.open import github_door
from gastown.errors import SourceError
from gastown.feedback.rehearsal.server import PublicServer
from gastown.gates.github import Ref
from gastown.gates.record import Sight
from gastown.testing import FakeClock

OPENED = datetime(2026, 1, 29, 9, 0, tzinfo=UTC)
REPO = "acme/game"


@pytest.fixture
def server():
    with PublicServer() as server:
        yield server


def looking(server, token=""):
    return GithubLook(github_door(server.url, token, FakeClock(OPENED), lambda _: None))


def run(number, at, status="in_progress", conclusion=None, name="CI", branch="main"):
    return {
        "id": number,
        "name": name,
        "path": f".github/workflows/{name.lower()}.yml",
        "head_branch": branch,
        "created_at": f"{OPENED + timedelta(minutes=at):%Y-%m-%dT%H:%M:%SZ}",
        "updated_at": f"{OPENED + timedelta(minutes=at + 2):%Y-%m-%dT%H:%M:%SZ}",
        "status": status,
        "conclusion": conclusion,
        "html_url": f"https://github.com/{REPO}/actions/runs/{number}",
    }


def pull(number, **said: object):
    return {"number": number, "state": "open", "merged": False, "html_url": "x", **said}


def test_a_run_is_seen_by_its_number(server):
    server.world.runs[7] = run(7, 0, "completed", "success")

    seen = looking(server).run(Ref(REPO, 7), OPENED, "main", Sight()).run

    assert seen is not None
    assert (seen.id, seen.name, seen.status, seen.conclusion) == (7, "CI", "completed", "success")


def test_what_did_not_change_costs_nothing_and_stays_as_it_was_seen(server):
    server.world.runs[7] = run(7, 0)
    look = looking(server)

    first = look.run(Ref(REPO, 7), OPENED, "main", Sight())
    second = look.run(Ref(REPO, 7), OPENED, "main", first)

    assert [asked.status for asked in server.world.asked] == [200, 304]
    assert second == first


def test_a_workflow_named_in_the_gate_is_found_and_then_kept(server):
    look, ref = looking(server), Ref(REPO, hint="release.yml")
    server.world.runs[5] = run(5, -20, "completed", "success", name="Release")

    none = look.run(ref, OPENED, "main", Sight())
    server.world.runs[8] = run(8, 1, name="Release")
    found = look.run(ref, OPENED, "main", none)
    server.world.runs[9] = run(9, 2, name="Release")
    server.world.runs[8] = run(8, 1, "completed", "failure", name="Release")
    later = look.run(ref, OPENED, "main", found)

    assert none.run is None
    assert found.run is not None
    assert found.run.id == 8
    assert later.run is not None
    assert (later.run.id, later.run.conclusion) == (8, "failure")


def test_without_a_name_a_run_of_the_rigs_branch_is_meant(server):
    server.world.runs[8] = run(8, 1, branch="feature")
    server.world.runs[9] = run(9, 2)

    found = looking(server).run(Ref(REPO), OPENED, "main", Sight()).run

    assert found is not None
    assert found.id == 9


def test_a_merged_pull_request_is_told_from_one_that_was_closed(server):
    server.world.pulls[3] = pull(3, state="closed", merged=True, merge_commit_sha="abc")
    server.world.pulls[4] = pull(4, state="closed")
    look = looking(server)

    merged = look.pull(Ref(REPO, 3), Sight()).pull
    shut = look.pull(Ref(REPO, 4), Sight()).pull

    assert merged is not None
    assert shut is not None
    assert (merged.merged, merged.commit, shut.merged, shut.state) == (True, "abc", False, "closed")


def test_a_limit_that_is_used_up_is_a_moment_to_come_again_and_forgets_nothing(server):
    server.world.pulls[3] = pull(3)
    look = looking(server)
    before = look.pull(Ref(REPO, 3), Sight())
    server.world.retry_after = 40
    server.world.meet("too-many")

    after = look.pull(Ref(REPO, 3), before)

    assert after.pull == before.pull
    assert after.wait_until == OPENED + timedelta(seconds=40)


def test_what_there_is_not_is_an_error_that_says_so(server):
    with pytest.raises(SourceError, match="none of that name"):
        looking(server).pull(Ref(REPO, 99), Sight())


def test_runs_that_make_no_sense_are_passed_over(server):
    server.world.raw = '{"workflow_runs": [7, {"id": "x"}, {"id": 1, "created_at": "soon"}]}'

    assert looking(server).run(Ref(REPO), OPENED, "main", Sight()).run is None


def test_the_token_is_sent(server):
    server.world.pulls[3] = pull(3)

    looking(server, "s3cret").pull(Ref(REPO, 3), Sight())

    sent = {name.lower(): value for name, value in server.world.asked[0].headers.items()}
    assert sent["authorization"] == "Bearer s3cret"
