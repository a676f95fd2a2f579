"""When a convoy lands, in words."""

from datetime import datetime, timedelta, timezone

from gastown.feed.expected import Expected
from gastown.feed.words import landing

NOON = datetime(2026, 3, 2, 12, tzinfo=timezone(timedelta(hours=1)))


def test_a_time_is_of_the_readers_clock_and_names_its_day_where_it_is_not_today():
    at = NOON.timestamp()
    today = Expected(at=at + 3600, late=at + 7200, because="as forecast at its launch")
    later = Expected(at=at + 3600, late=at + 24 * 3600, because="by the pace so far")

    assert landing(today, NOON) == (
        "expected to land at 13:00, by 14:00 at worst (as forecast at its launch)"
    )
    assert landing(later, NOON) == (
        "expected to land at 13:00, by Tue 12:00 at worst (by the pace so far)"
    )


def test_without_a_time_it_says_what_comes_first():
    assert landing(Expected(because="it has not begun"), NOON) == (
        "expected to land: it has not begun"
    )
