"""Passages: a file is cut at its definitions, and nothing of it is lost or said twice."""

from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.retrieval.passages import FEWEST, MOST, MOST_CHARS, cut
from tests.gastown.retrieval.given import CLOCK

LINES = st.sampled_from(["", "def a():", "    return 1", "# note", "class B:", "x" * 900, "\tpass"])


@settings(max_examples=60)
@given(st.lists(LINES, max_size=120), st.sampled_from(["a.py", "a.gd", "a.md", "a.bin"]))
def test_every_line_stands_in_exactly_one_passage(lines: list[str], file: str):
    text = "\n".join(lines)
    passages = cut(file, text)

    joined = "\n".join(one.text for one in passages)
    assert joined == text.removesuffix("\n")
    assert all(one.text.count("\n") == one.last - one.first for one in passages)
    firsts = [one.first for one in passages]
    assert firsts == [1, *(one.last + 1 for one in passages)][: len(firsts)]


@settings(max_examples=40)
@given(st.lists(LINES, min_size=1, max_size=200))
def test_a_passage_is_short_enough_to_be_shown(lines: list[str]):
    for one in cut("a.py", "\n".join(lines)):
        assert one.last - one.first < MOST
        assert one.first == one.last or len(one.text) <= MOST_CHARS


def test_a_definition_begins_a_passage_with_the_comment_above_it():
    text = "\n".join(["x = 1"] * FEWEST + ["", "# Says a.", "@cached", "def a():", "    pass"])

    assert cut("a.py", text)[-1].text.startswith("# Says a.\n@cached\ndef a():")
    assert cut("a.py", text)[-1].names == ("a",)


def test_short_definitions_share_a_passage():
    first = cut("src/beat_clock.gd", CLOCK)[0]

    assert {"BeatClock", "BPM"} <= set(first.names)
