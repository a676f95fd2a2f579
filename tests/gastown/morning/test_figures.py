"""Every number of a text is found, and known only if the facts have it."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.morning.figures import unknown_numbers

FACTS = [
    "3 beads in garden: ga-x7k (Snap beats), ga-9b2 (Grid)",
    "$1.20 for 1,234 requests, 56,000 tokens read; 40% more at 16:30 on 2026-01-05",
]


@pytest.mark.parametrize(
    "text",
    [
        "Three beads reached main: ga-x7k and `ga-9b2`.",
        "**3 beads** merged, $1.20 spent (1234 requests).",
        "56,000 tokens, i.e. 56000; 40% at 16:30, on 2026-01-05.",
        "No one failed, and one of them waits for everyone.",
        "",
    ],
)
def test_what_the_facts_have_is_known_however_it_is_written(text):
    assert unknown_numbers(text, FACTS) == []


@pytest.mark.parametrize(
    ("text", "strange"),
    [
        ("4 beads", ["4"]),
        ("Four beads", ["four"]),
        ("$1.21 spent", ["$1.21"]),
        ("1.20 spent", ["1.20"]),
        ("$3", ["$3"]),
        ("40 more", ["40"]),
        ("ga-x7", ["ga-x7"]),
        ("ga-x7k2", ["ga-x7k2"]),
        ("half of them", ["half"]),
        ("both of them, a pair", ["both", "pair"]),
        ("the third failure, the 4th retry", ["third", "4th"]),
        ("two thirds", ["two", "thirds"]),
        ("a dozen of thousands", ["dozen", "thousands"]),
        ("½ done", [unicodedata.normalize("NFKC", "½")]),
        ("٣ beads, ٤ more", ["٤"]),
        ("twenty-five", ["twenty", "five"]),
        ("16:31", ["16:31"]),
        ("1/3 of 3", ["1"]),
        ("three beads, 3 and 5, five, 5", ["5", "five"]),
        ("one", ["one"]),
    ],
)
def test_what_they_do_not_have_is_found(text, strange):
    assert unknown_numbers(text, FACTS) == strange


def test_a_place_in_a_row_and_both_are_known_by_their_value():
    assert unknown_numbers("Both waited; the third came.", ["2 wait", "the 3rd of 4"]) == []


@settings(max_examples=200)
@given(st.lists(st.integers(0, 99), max_size=5), st.lists(st.integers(0, 99), max_size=5))
def test_of_plain_numbers_it_is_the_difference_of_the_sets(said, known):
    text = ", then ".join(f"{number} of it" for number in said)
    facts = [f"{number} things" for number in known]

    found = unknown_numbers(text, facts)

    assert {int(number) for number in found} == set(said) - set(known)


@settings(max_examples=100)
@given(st.text(max_size=80))
def test_any_text_knows_its_own_numbers(text):
    assert unknown_numbers(text, [text]) == []
