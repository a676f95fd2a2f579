"""What is each kind's own, beside what all must do."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from gastown.errors import SourceError
from gastown.feedback.record import record_of
from gastown.feedback.rehearsal.server import PublicServer
from gastown.feedback.rehearsal.world import EPOCH, Post, crowd
from gastown.feedback.source import START
from tests.blocks.sources.kinds import KINDS, keys, opened, read_all


@pytest.fixture
def server():
    with PublicServer() as server:
        yield server


def test_comments_on_a_discussion_are_items_and_a_new_one_is_found(server):
    post = Post(1, title="Grid", text="snap it", comments=("me too", "and me"))
    server.world.put(post)
    source = opened("github-discussions", server.url)

    (page,) = read_all(source)
    assert keys([page]) == {"discussion-1", "comment-1000", "comment-1001"}
    assert page.items[1].title == "Re: Grid"
    later = replace(post, comments=(*post.comments, "now"), updated=EPOCH + timedelta(days=1))
    server.world.put(later)

    assert "comment-1002" in keys(read_all(source, page.cursor))


def test_an_error_in_a_graphql_answer_is_one(server):
    server.world.raw = '{"errors": [{"type": "NOT_FOUND", "message": "no\\u001b[2J such"}]}'

    with pytest.raises(SourceError, match="no\\[2J such") as caught:
        opened("github-discussions", server.url).fetch(START)

    assert not caught.value.retryable


def test_a_feed_that_did_not_change_is_not_sent_again(server):
    server.world.put(*crowd(3))
    source = opened("feed", server.url)
    (first,) = read_all(source)

    (second,) = read_all(source, first.cursor)

    assert server.world.asked[-1].status == 304
    assert (second.items, second.cursor) == ((), first.cursor)
    server.world.put(*crowd(1, start=4))
    assert "post-4" in keys(read_all(source, second.cursor))


def test_bots_and_silent_messages_of_a_channel_are_passed_over(server):
    server.world.put(Post(1, title="hi"), Post(2, title="beep", pull=True), Post(3))

    assert len(keys(read_all(opened("discord", server.url)))) == 1


def test_votes_of_young_posts_are_read_again(server):
    server.world.put(*crowd(3))
    source = opened("reddit", server.url)
    before = read_all(source)[-1].cursor
    server.world.put(replace(server.world.posts[1], votes=500))

    votes = {item.key: item.votes for page in read_all(source, before) for item in page.items}

    assert votes["t3_1"] == 500


def test_reddit_is_asked_with_a_token_and_never_with_the_secret(server):
    server.world.put(*crowd(1))
    read_all(opened("reddit", server.url))

    told = {one.path.split("?")[0]: one.headers["Authorization"] for one in server.world.asked}

    assert told["/r/game/new"] == "Bearer rehearsed"
    assert told["/api/v1/access_token"].startswith("Basic ")


@pytest.mark.parametrize("kind", KINDS)
def test_no_name_that_a_source_tells_beside_a_post_is_kept(server, kind):
    """Where it has display names, neither: in what they wrote, and in the answers to it."""
    shown = kind in {"github-discussions", "discord"}
    text = f"I am {'Ann Baker, ' if shown else ''}ANN_B95 there, and it crashes.\n\nCheers, ann_b95"
    answer = "Thanks Ann, as ann_b95 says; Ann Baker is right."
    server.world.put(Post(1, "By ann_b95", text, "ann_b95", "Ann Baker", comments=(answer,)))

    items = [item for page in read_all(opened(kind, server.url)) for item in page.items]
    kept = "".join(record_of("public", item, b"salt", EPOCH).model_dump_json() for item in items)

    assert len(items) == (2 if kind == "github-discussions" else 1)
    assert "crashes" in kept
    assert not re.search(r"\bann|baker", kept, re.IGNORECASE)


def test_an_entry_from_the_future_hides_nothing_that_comes_after_it(server):
    server.world.put(*crowd(3), Post(900, title="me", updated=EPOCH + timedelta(days=9_000)))
    source = opened("feed", server.url)
    cursor = read_all(source)[-1].cursor
    server.world.put(*crowd(90, start=4))

    found = keys(read_all(source, cursor))

    assert {f"post-{number}" for number in range(4, 94)} <= found
