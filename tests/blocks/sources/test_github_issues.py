"""What is GitHub's own: pull requests, ETags, many changes within one second, hosts."""

from dataclasses import replace
from datetime import timedelta

import pytest

from blocks.sources.door import Door
from gastown.errors import ConfigError, SourceError
from gastown.feedback.rehearsal.server import PublicServer
from gastown.feedback.rehearsal.world import EPOCH, Post, crowd
from gastown.feedback.source import START
from tests.blocks.sources.kinds import keys, opened, read_all


@pytest.fixture
def server():
    with PublicServer() as server:
        yield server


def test_pull_requests_are_no_issues(server):
    server.world.put(*crowd(4), Post(5, title="a change", pull=True))

    assert keys(read_all(opened("github-issues", server.url))) == {
        f"issue-{number}" for number in (1, 2, 3, 4)
    }


def test_what_did_not_change_costs_nothing_from_the_third_reading_on(server):
    server.world.put(*crowd(30))
    source = opened("github-issues", server.url)
    cursor = START
    for _ in range(3):
        cursor = read_all(source, cursor)[-1].cursor

    assert [asked.status for asked in server.world.asked] == [200, 200, 304]
    assert read_all(source, cursor)[-1].cursor == cursor
    server.world.put(Post(31, title="new", updated=EPOCH + timedelta(days=9)))
    assert "issue-31" in keys(read_all(source, cursor))


def test_hundreds_of_changes_within_one_second_are_all_read(server):
    server.world.put(*(replace(post, updated=EPOCH) for post in crowd(450)))

    pages = read_all(opened("github-issues", server.url))

    assert len(keys(pages)) == 450
    assert len(pages) <= 6  # five, and the first one again


def test_an_issue_that_makes_no_sense_is_counted_and_the_rest_is_read(server):
    one = '{"number": 1, "title": "a", "created_at": "2026-01-05T08:00:00Z", '
    server.world.raw = f'[{one}"updated_at": "2026-01-05T08:00:00Z"}}, {{"number": "x"}}, 7, null]'

    (page,) = read_all(opened("github-issues", server.url))

    assert ([item.key for item in page.items], page.skipped) == (["issue-1"], 3)


def test_a_link_to_another_host_is_not_followed():
    door = Door("https://api.example/", {"Authorization": "Bearer s3cret"})

    with pytest.raises(SourceError, match="another host"):
        door.get("https://evil.example/repos")
    with pytest.raises(SourceError, match="another host"):
        door.get("//evil.example/repos")


def test_a_token_that_is_not_set_is_named_and_nothing_is_asked(server, monkeypatch):
    monkeypatch.setattr("tests.blocks.sources.kinds.TOKENS", {})

    with pytest.raises(ConfigError, match="A_TOKEN is not"):
        opened("github-issues", server.url)

    assert server.world.asked == []
