"""A pattern matches as Python says, and none can hang us."""

import time

import pytest

from gastown.rigs.truth.pattern import PatternError, first_match


@pytest.mark.parametrize(
    ("pattern", "found"),
    [("^b.*$", "bé\u2028"), ("z", None), ("x*", ""), (r"\Aa$", "a"), ("(?s)a.b", "a\nb")],
)
def test_the_first_match_is_returned(pattern, found):
    assert first_match(pattern, "a\nbé\u2028\nb2") == found


def test_a_pattern_that_would_never_end_is_stopped():
    start = time.monotonic()

    with pytest.raises(PatternError, match=r"took over 0\.5 s; use a simpler one"):
        first_match("(a+)+$", "a" * 60 + "!", timeout_s=0.5)

    assert time.monotonic() - start < 5


def test_a_pattern_that_cannot_be_tried_is_named():
    with pytest.raises(PatternError, match=r"'\(' could not be tried"):
        first_match("(", "")
