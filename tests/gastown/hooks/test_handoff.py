"""When a session hands off, and what the files of a handoff say whatever became of them."""

from pathlib import Path

import pytest
from hypothesis import given as each
from hypothesis import strategies as st

from gastown.hooks.handoff import TOWN, Handoff, Rule, ask, asked, counted, give, given, letter_of

RULE = Rule(most=2, full=1.5)
ANN = Handoff(by="ann", note="Mind the thorns.")


@pytest.mark.parametrize(
    ("waiting", "done", "turns", "dropped", "why"),
    [
        (ANN, 0, 3, 0.0, "ann asked for it"),
        (ANN, 9, 1, 0.0, "ann asked for it"),
        (ANN, 0, 0, 0.0, ""),
        (None, 0, 3, 1.5, "its context is full, for the first time of 2"),
        (None, 1, 3, float("inf"), "its context is full, for the second time of 2"),
        (None, 2, 3, 9.0, ""),
        (None, 0, 3, 1.4, ""),
        (None, 0, 0, float("inf"), ""),
    ],
)
def test_it_is_asked_for_or_the_context_is_full(
    waiting: Handoff | None, done: int, turns: int, dropped: float, why: str
):
    assert RULE.why(waiting, given=done, turns=turns, dropped=dropped) == why


@each(st.integers(0, 5), st.floats(0, 100), st.integers(0, 4))
def test_by_itself_it_hands_off_at_most_as_often_as_it_may(most: int, dropped: float, extra: int):
    rule = Rule(most=most, full=1)

    assert not rule.why(None, given=most + extra, turns=5, dropped=dropped)


def test_what_was_asked_for_is_done_once_it_is_given(tmp_path: Path):
    assert asked(tmp_path) is None
    ask(tmp_path, ANN)
    assert asked(tmp_path) == given(tmp_path, 1) == ANN

    give(tmp_path, 1, ANN)

    assert asked(tmp_path) is None
    assert given(tmp_path, 1) == ANN
    assert given(tmp_path, 2) is None


def test_only_those_that_nobody_asked_for_are_counted(tmp_path: Path):
    for number, who in enumerate([TOWN, "ann", TOWN]):
        give(tmp_path, number, Handoff(by=who))

    assert counted(tmp_path) == 2


def test_a_file_that_says_nothing_of_the_kind_asks_for_nothing(tmp_path: Path):
    for text in ("", "{", "[]", '{"note": 3}'):
        (tmp_path / "handoff.json").write_text(text)

        assert asked(tmp_path) is None


def test_the_letter_goes_from_the_agent_to_itself():
    letter = letter_of(ANN, "garden/opal", "polecat[ga-1]", "ga-1", "ann asked for it")

    assert (letter.sender, letter.to, letter.about) == ("garden/opal", "garden/opal", "ga-1")
    assert letter.title == "HANDOFF: polecat[ga-1] goes on"
    assert letter.body.endswith("\n\nMind the thorns.")
