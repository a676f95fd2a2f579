"""criteria.md: numbered lines with a tag are claims, every mistake is named with its line."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.errors import ConfigError
from gastown.rigs.truth.criteria import parse_criteria

TEXT = """\
# The menu

What a player meets first.

1. [pixel] It looks as agreed.
2. [pixel 0089.png] So does its end.
3. [log] Nothing goes wrong.
4. [log contains "3 lanes"] It tells its lanes.
5. It never says so. [log absent "[ERROR] x"]
6) [log matches "^a[0-9]+$"] It counts.
7. [vision] The title reads 'Beat'
   and is whole.
- no claim
"""


def test_each_tag_is_a_claim_as_truth_toml_has_it():
    assert parse_criteria(TEXT, "criteria.md") == [
        {"kind": "pixel", "text": "It looks as agreed.", "frame": ""},
        {"kind": "pixel", "text": "So does its end.", "frame": "0089.png"},
        {"kind": "log", "text": "Nothing goes wrong.", "clean": True},
        {"kind": "log", "text": "It tells its lanes.", "contains": "3 lanes"},
        {"kind": "log", "text": "It never says so.", "absent": "[ERROR] x"},
        {"kind": "log", "text": "It counts.", "matches": "^a[0-9]+$"},
        {"kind": "vision", "text": "The title reads 'Beat' and is whole.", "frame": ""},
    ]


def test_a_file_without_numbered_lines_claims_nothing():
    assert parse_criteria("# Menu\n\nTo be written.\n", "criteria.md") == []


LINES = st.lists(
    st.one_of(
        st.text(max_size=30),
        st.builds(
            lambda number, tag, text: f"{number}. [{tag}] {text}",
            st.integers(0, 3),
            st.sampled_from(["log", "pixel", "vision", 'log contains "x"', "pixel a.png", "log x"]),
            st.text(max_size=10),
        ),
    ),
    max_size=4,
)


@settings(max_examples=100)
@given(LINES)
def test_any_text_is_claims_or_a_named_mistake(lines):
    said = _parsed("\n".join(lines))

    if isinstance(said, str):
        assert said.startswith("c.md:")
    else:
        assert all(one["text"].strip() and one["kind"] for one in said)


def _parsed(text):
    try:
        return parse_criteria(text, "c.md")
    except ConfigError as error:
        return str(error)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("1. It is nice.", r"c\.md:1: no tag; say who judges it"),
        ("\n\n2. [log] Fine.", r"c\.md:3: this claim must be number 1"),
        ("1. [log] Fine.\n1. [log] Fine.", r"c\.md:2: this claim must be number 2"),
        ("1. [log says hello] Fine.", r'c\.md:1: \[log says hello\]: write \[log contains "…"\]'),
        ('1. [log contains ""] Fine.', "write"),
        ("1. [pixel ../a.png] Fine.", "write the name of one frame, or nothing"),
        ("1. [vision]", "a tag without a claim"),
        ("1. [smell] Fine.", "no tag"),
    ],
)
def test_a_mistake_is_named_with_its_line(text, why):
    with pytest.raises(ConfigError, match=why):
        parse_criteria(text, "c.md")
