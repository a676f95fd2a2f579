"""words: when a convoy is expected to land, as a person reads it."""

from datetime import datetime

from gastown.feed.expected import Expected


def landing(one: Expected, now: datetime) -> str:
    """When it lands and why, or what has to happen first.

    Args:
        one: What is expected.
        now: The time, with the time zone in which it is read.
    """
    if one.at is None or one.late is None:
        return f"expected to land: {one.because}"
    at, late = _clock(one.at, now), _clock(one.late, now)
    return f"expected to land at {at}, by {late} at worst ({one.because})"


def _clock(seconds: float, now: datetime) -> str:
    at = datetime.fromtimestamp(seconds, now.tzinfo)
    return f"{at:%H:%M}" if at.date() == now.date() else f"{at:%a %H:%M}"
