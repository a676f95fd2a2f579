"""A text may name the commits and beads that it was told of, and no others."""

import pytest

from gastown.documents.invented import invented

KNOWN = "ga-x7k was merged in 0123456789abcdef0123456789abcdef01234567; see cafe123"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Beats snap (ga-x7k, 0123456789).", ()),
        ("Beats snap (ga-z9z).", ("ga-z9z",)),
        ("Since 89abcdef01 and 99abcdef99.", ("99abcdef99",)),
        ("A facade of 1234567 defaced blocks, at ga-1.", ()),  # words, numbers, too short an id
        ("Game-x7k is no bead of ours; mega-x7k neither.", ()),
    ],
)
def test_names_that_nobody_told_are_found(text, names):
    assert invented(text, KNOWN, "ga") == names
