"""A topic weighs what people make of it: nobody counts twice, and one loud post moves nothing."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.feedback.weigh import merged, topics_of
from tests.gastown.feedback.given import record, sorted_as

LETTERS = "bcdfghjk"
SAME = "the game crashes when I open the level editor on linux"


def same(number: int, **more: Any):
    return record(number, SAME, title="Crash", **more)


def test_one_person_counts_once_however_often_they_post():
    loud = [same(n, author="ann") for n in range(9)]
    (alone,) = topics_of("bug-scout", [same(0, author="ann")])

    (topic,) = topics_of("bug-scout", loud)

    assert (len(topic.items), len(topic.voices), topic.score) == (9, 1, alone.score)


def test_a_thousand_votes_weigh_less_than_a_dozen_people():
    (voted,) = topics_of("bug-scout", [same(0, votes=1_000)])
    (shared,) = topics_of("bug-scout", [same(n) for n in range(12)])

    assert voted.score < shared.score


def test_kind_and_severity_are_what_most_people_say():
    calm = [sorted_as(same(n), "bug", "low") for n in range(3)]
    loud = [sorted_as(same(9, votes=99), "wish", "critical")]

    (topic,) = topics_of("bug-scout", calm + loud)

    assert (topic.kind, topic.severity) == ("bug", "low")


def test_what_nobody_read_is_what_its_labels_say():
    wish, bug = record(1, "a b c", labels=("enhancement",)), record(2, "d e f", labels=("bug",))
    question = record(3, "g h i", title="How do I jump?")

    kinds = {topic.id: topic.kind for topic in topics_of("bug-scout", [wish, bug, question])}

    assert kinds == {wish.id: "wish", bug.id: "bug", question.id: "question"}


def test_what_is_closed_everywhere_is_closed():
    topics = topics_of("bug-scout", [same(1, closed=True), same(2), record(3, "x", closed=True)])

    assert [topic.open for topic in topics] == [True, False]


def test_forms_are_compared_by_their_answers():
    form = (
        "### Description\n\n{}\n\n### Platform\n\nLinux\n\n### Steps to reproduce\n\n_No response_"
    )
    one = record(1, form.format("the sound is late by half a second"), title="")
    other = record(2, form.format("my save game was eaten by a dragon"), title="")

    assert len(topics_of("bug-scout", [one, other])) == 2


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 50)), min_size=2, max_size=8))
def test_joined_topics_weigh_no_more_than_both_and_no_less_than_each(posts):
    records = [
        record(n, f"{LETTERS[n]}un{LETTERS[n]} " * 5, author=f"p{who}", votes=votes)
        for n, (who, votes) in enumerate(posts)
    ]
    one, other, *_ = topics_of("bug-scout", records)

    both = merged(one, other)

    assert (
        max(one.score, other.score) <= both.score <= one.score + other.score + 0.02
    )  # both were rounded
    assert set(both.voices) == {*one.voices, *other.voices}
    assert both.voices == merged(other, one).voices
