"""A record is made of its item alone, names nobody, and shows what strangers wrote as text."""

import json
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.feedback.record import Record, record_id, record_of, renewed
from tests.gastown.feedback.given import NOON, SALT, item, record, sorted_as

TEXT = "I am Ann Baker <ann@example.org>, ask @bob. Path: /home/ann/x"


def test_nobody_is_named_in_what_is_kept():
    files = record(1, TEXT, author="Ann Baker", title="by Ann Baker").files()

    shown = "".join(files.values())
    assert not [name for name in ("Ann", "ann@", "bob", "home/ann") if name in shown]
    assert "[author]" in shown


def test_one_person_is_one_author_and_another_is_another():
    one, again, other = record(1, author="ann"), record(2, author="Ann"), record(3, author="bob")

    assert one.author == again.author != other.author


def test_an_id_is_the_same_at_every_reading_and_another_at_another_source():
    assert record_id("a", "b") == record_id("a", "b")
    assert len({record_id("a", "b"), record_id("ab", ""), record_id("b", "a")}) == 3


def test_a_reading_stays_as_long_as_the_text_does():
    known = sorted_as(record(1), "bug")
    voted = record_of("forum", item(1, votes=7), SALT, NOON + timedelta(days=1))
    changed = record(1, "something else", updated=NOON + timedelta(days=1))

    assert renewed(known, voted).reading == known.reading
    assert (renewed(known, voted).votes, renewed(known, voted).seen) == (7, known.seen)
    assert renewed(known, changed).reading is None


def test_an_older_state_changes_nothing():
    known = record(1, "new", updated=NOON + timedelta(days=1))

    assert renewed(known, record(1, "old")) == known


def test_what_could_not_be_read_three_times_is_left_at_that_until_it_changes():
    failed = record(1).model_copy(update={"tries": 3})
    changed = record(1, "in other words", updated=NOON + timedelta(days=1))

    assert not failed.unread
    assert renewed(failed, changed).unread


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=400), st.text(max_size=80))
def test_no_text_gets_out_of_its_fence(text, title):
    found = record(1, text, title=title)

    lines = found.files()[f"{found.path}.md"].split("\n")
    fence = next(line for line in lines if line.startswith("```")).removesuffix("text")
    assert lines[-2:] == [fence, ""]
    inside = lines[lines.index(f"{fence}text") + 1 : -2]
    assert fence not in inside
    assert not any(line.startswith(fence) for line in inside)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_a_record_comes_back_as_it_went(text):
    found = sorted_as(record(1, text), "wish")

    data = found.files()[f"{found.path}.json"]
    assert Record.model_validate_json(data) == found
    assert json.loads(data)["text"] == found.text


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://f.example/1", "https://f.example/1"),
        ("javascript:alert(1)", ""),
        ("https://f.example/1) [x](http://evil", ""),
        ("file:///etc/passwd", ""),
    ],
)
def test_only_a_web_address_is_a_link(url, kept):
    assert record(1, url=url).url == kept


def test_a_count_that_cannot_be_is_the_nearest_that_can():
    assert record(1, votes=-5).votes == 0
    assert record(1, votes=10**18).votes == 10_000_000
