"""Which ids a glob meets."""

import pytest

from gastown.formula.pattern import meets


@pytest.mark.parametrize(
    ("pattern", "name", "met"),
    [
        ("*", "a.b/c", True),
        ("build", "build", True),
        ("build", "build2", False),
        ("*.draft", "a/b.draft", True),
        ("*.draft", "draft", False),
        ("api.*", "api.x/y", True),
        ("api.*", "apis.x", False),
        ("a*c", "abc", True),
        ("a*c", "ab/c", False),
        ("*.i?er[1-3].*", "l.iter2.x", True),
        ("s?", "s1", True),
        ("s?", "s", False),
        ("s[0-9]", "s7", True),
        ("s[^0-9]", "s7", False),
        ("s[^0-9]", "sx", True),
        ("s[-x]", "s-", True),
        (r"s[\]x]", "s]", True),
        (r"a\*", "a*", True),
        (r"a\*", "ab", False),
        ("a.b", "axb", False),
    ],
)
def test_a_pattern_meets(pattern: str, name: str, met: bool):
    assert meets(pattern, name) is met


@pytest.mark.parametrize("pattern", ["s[", "s[]", "s[z-a]", "a\\"])
def test_what_is_no_pattern_is_refused(pattern: str):
    with pytest.raises(ValueError, match="is not a pattern"):
        meets(pattern, "s")
