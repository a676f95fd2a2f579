"""Lengths of time, as formulas write them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.gates.duration import seconds_of, text_of


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("90s", 90), ("30m", 1_800), ("1h30m", 5_400), ("2d", 172_800), ("1.5h", 5_400), ("0s", 0)],
)
def test_a_length_of_time_is_read(said, seconds):
    assert seconds_of(said) == seconds


@pytest.mark.parametrize("said", ["", "soon", "5", "-5m", "5x", "1h 30", "h", "99999d", "9" * 20])
def test_what_is_no_length_of_time_is_refused(said):
    with pytest.raises(ValueError, match=r"length of time|ten years"):
        seconds_of(said)


@settings(max_examples=50)
@given(st.integers(min_value=0, max_value=10_000_000))
def test_what_is_said_of_a_length_is_never_longer_than_it(seconds):
    assert seconds_of(text_of(seconds)) <= seconds
