"""Which lines a choice takes."""

from datetime import UTC, datetime, timedelta

import pytest

from gastown.errors import ConfigError
from gastown.feed.item import FeedItem
from gastown.feed.wanted import Wanted, check_kinds, moment_of

NOW = datetime(2026, 1, 29, 9, 0, tzinfo=UTC)
LINE = FeedItem(
    seq=1,
    cursor="1-abc",
    at=NOW,
    kind="merge",
    what="merged",
    source="sk-1",
    rig="core",
    convoy="hq-cv-1",
    actor="core/opal",
    said="x",
)


@pytest.mark.parametrize(
    ("wanted", "taken"),
    [
        (Wanted(), True),
        (Wanted(rig="core", convoy="hq-cv-1", kinds=("step", "merge"), actor="opal"), True),
        (Wanted(rig="web"), False),
        (Wanted(convoy="hq-cv-2"), False),
        (Wanted(kinds=("merge.merged",)), True),
        (Wanted(kinds=("merge.queued", "step")), False),
        (Wanted(actor="core/opal"), True),
        (Wanted(actor="core/"), True),
        (Wanted(actor="core"), False),
        (Wanted(actor="pal"), False),
        (Wanted(since=NOW), True),
        (Wanted(since=NOW + timedelta(seconds=1)), False),
    ],
)
def test_a_line_is_taken_when_it_fits_all_that_is_said(wanted, taken):
    assert wanted.takes(LINE) is taken


def test_a_moment_is_a_while_ago_or_a_day():
    assert moment_of("1h30m", NOW) == NOW - timedelta(minutes=90)
    assert moment_of("2026-01-28T12:00+00:00", NOW) == datetime(2026, 1, 28, 12, tzinfo=UTC)
    assert moment_of("2026-01-28", NOW).tzinfo is not None
    with pytest.raises(ConfigError, match="--since soon"):
        moment_of("soon", NOW)


def test_an_unknown_kind_is_refused_naming_those_there_are():
    check_kinds(["merge", "merge.merged"])
    with pytest.raises(ConfigError, match="kinds: bead, convoy"):
        check_kinds(["merges"])
