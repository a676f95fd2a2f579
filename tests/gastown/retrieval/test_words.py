"""Words: identifiers are found whole and by their parts, in whatever case they are written."""

import pytest

from gastown.retrieval.words import Words, asked, names, parts


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("snap_to_grid", ["snaptogrid", "snap", "to", "grid"]),
        ("SnapToGrid", ["snaptogrid", "snap", "to", "grid"]),
        ("HTTPServer2", ["httpserver2", "http", "server", "2"]),
        ("_process", ["process"]),
        ("clock", ["clock"]),
        ("naïve", ["naïve"]),
        ("___", []),
        ("x" * 81, []),
    ],
)
def test_a_word_and_its_parts(word: str, found: list[str]):
    assert parts(word) == found


def test_the_same_name_in_three_spellings_is_one_word():
    assert len({parts(name)[0] for name in ("beat_grid", "BeatGrid", "beatGrid")}) == 1


def test_a_text_is_all_its_words_in_their_order():
    assert Words().text("func snap(beat_at) -> void:") == "func snap beatat beat at void"


def test_what_any_question_holds_is_not_looked_for():
    assert asked("What does the BeatClock do with the grid?") == [
        "beatclock",
        "beat",
        "clock",
        "grid",
    ]
    assert asked("What is this, and why?") == []


def test_names_are_what_is_quoted_or_written_as_one():
    question = 'Why does `beat.at` call snap(), see BeatClock, max_combo and "half a grid"?'

    assert names(question) == ["beat.at", "half a grid", "snap", "BeatClock", "max_combo"]
    assert names("Where is the score kept?") == []
