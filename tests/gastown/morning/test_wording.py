"""A wording holds if each line rests on facts, has their numbers, and leaves out none that must."""

import pytest

from gastown.morning.fact import Line, Morning, numbered, plain
from gastown.morning.wording import Said, Wording, judge, task, worded
from tests.gastown.feedback.given import NOON

MORNING = Morning(
    town="oak",
    day=NOON.date(),
    facts=numbered(
        [
            Line("Money", "$1.20 for 14 requests"),
            Line("Merged", "3 beads in garden: ga-x7k (<b>Snap</b> beats)"),
            Line("Waiting for a person", "polecat[ga-1] of hq-cv-1: no test ran", must=True),
        ]
    ),
)
WAITS = Said(text="polecat[ga-1] waits for you.", facts=(1,))


def judged(*lines: Said) -> tuple[bool, str]:
    check = judge(MORNING, Wording(lines=lines))
    return check.ok, check.feedback


def test_facts_are_numbered_in_the_order_of_their_sections():
    assert [(fact.number, fact.section) for fact in MORNING.facts] == [
        (1, "Waiting for a person"),
        (2, "Merged"),
        (3, "Money"),
    ]


def test_lines_with_the_numbers_of_their_facts_hold():
    said = Said(text="Three beads merged for $1.20.", facts=(2, 3))

    assert judged(WAITS, said) == (True, "")


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        (Said(text="4 beads merged.", facts=(2,)), "line 2: '4' is not in fact 2"),
        (Said(text="3 beads merged for $1.20.", facts=(2,)), "'$1.20' is not in fact 2"),
        (Said(text="All is well.", facts=()), "line 2: it rests on no fact"),
        (Said(text="All is well.", facts=(9,)), "line 2: there is no fact 9"),
    ],
)
def test_what_no_fact_says_is_sent_back(said, fault):
    ok, feedback = judged(WAITS, said)

    assert not ok
    assert fault in feedback


def test_what_must_be_told_may_not_be_left_out():
    ok, feedback = judged(Said(text="$1.20 was spent.", facts=(3,)))

    assert not ok
    assert "fact 1 must be told: polecat[ga-1]" in feedback


def test_nothing_at_all_and_far_too_much_are_sent_back():
    assert not judge(MORNING, None).ok
    assert not judged()[0]
    assert "at most 20" in judged(*[WAITS] * 21)[1]


def test_titles_of_others_style_nothing():
    text = worded(MORNING, Wording(lines=(Said(text="<b>Snap</b> [x](y)", facts=(2,)),)))

    assert "<b>" not in text.replace("\\<b", "")
    assert "\\<b" in plain(MORNING)


def test_the_model_is_given_the_facts_as_material():
    assert "```\n1. [Waiting for a person, must be told] polecat" in task(MORNING)


def test_a_morning_without_facts_says_so():
    assert "Nothing happened" in plain(Morning(town="oak", day=NOON.date()))
