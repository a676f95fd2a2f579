"""Cite: a citation that is shown resolves: its words stand on its lines of a file there is."""

from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.retrieval.answer import Citation, CrewAnswer
from gastown.retrieval.cite import Cited, bare, invented, judge, locate, misplaced
from tests.gastown.retrieval.given import CLOCK, garden

QUESTION = "How is a beat snapped?"


def answer(*citations: Citation, text: str | None = "It is rounded.") -> CrewAnswer:
    return CrewAnswer(verdict="answered", answer=text, citations=citations)


def cite(quote: str, first: int, last: int, file: str = "src/beat_clock.gd") -> Citation:
    return Citation(file=file, first=first, last=last, quote=quote)


def holds(cited: Cited, text: str) -> bool:
    lines = text.split("\n")[cited.first - 1 : cited.last]
    return cited.quote in " ".join(" ".join(lines).split())


WORDS = st.lists(st.sampled_from(["snap", "beat", "grid:", "half", "x=1", ""]), max_size=6)
TEXTS = st.lists(WORDS.map(" ".join), min_size=1, max_size=30).map("\n".join)


@settings(max_examples=150)
@given(TEXTS, st.data())
def test_whatever_resolves_stands_there(text: str, data: st.DataObject):
    lines = text.split("\n")
    first = data.draw(st.integers(1, len(lines)))
    last = data.draw(st.integers(first, len(lines)))
    quote = data.draw(
        st.sampled_from([" ".join(lines[first - 1 : last]), "snap beat", "half half"])
    )

    found = locate(quote, text, first, last)

    if not isinstance(found, str):
        assert 1 <= found[0] <= found[1] <= len(lines)
        there = " ".join(" ".join(lines[found[0] - 1 : found[1]]).split())
        assert bare(quote) in there


@settings(max_examples=80)
@given(TEXTS, st.data())
def test_words_that_stand_in_the_lines_always_resolve(text: str, data: st.DataObject):
    lines = text.split("\n")
    first = data.draw(st.integers(1, len(lines)))
    last = data.draw(st.integers(first, len(lines)))
    quote = "\n".join(lines[first - 1 : last])

    found = locate(quote, text, first, last)

    if sum(char.isalnum() for char in quote) >= 4:
        assert not isinstance(found, str)
        assert first <= found[0] <= found[1] <= last


def test_lines_are_narrowed_to_the_words(tmp_path):
    made = judge(
        answer(cite("return floor(beat * grid + 0.5) / grid", 1, 22)), garden(tmp_path), QUESTION
    )

    assert made.faults == ()
    assert [one.place for one in made.cited] == ["src/beat_clock.gd:14"]
    assert holds(made.cited[0], CLOCK)


def test_wrong_lines_are_set_right_where_the_words_stand_once(tmp_path):
    made = judge(answer(cite("# Half a grid is rounded up.", 3, 4)), garden(tmp_path), QUESTION)

    assert [one.place for one in made.cited] == ["src/beat_clock.gd:13"]


def test_wrong_lines_stay_wrong_where_the_words_stand_more_than_once(tmp_path):
    made = judge(answer(cite("float) ->", 1, 2)), garden(tmp_path), QUESTION)

    assert made.cited == ()
    assert "but at lines 8, 20" in made.faults[0]


def test_white_space_and_copied_line_numbers_do_not_count(tmp_path):
    quote = "12 | func snap(beat: float,  grid: int) -> float:\n13 | \t# Half a grid is rounded up."
    made = judge(answer(cite(quote, 12, 13)), garden(tmp_path), QUESTION)

    assert [one.place for one in made.cited] == ["src/beat_clock.gd:12-13"]


def test_what_does_not_resolve_is_a_fault_each(tmp_path):
    index = garden(tmp_path)
    wrong = [
        cite("func snap_to_beat(", 12, 12),
        cite("func snap", 12, 12, file="src/clock.gd"),
        cite("func snap", 12, 12, file="../../etc/passwd"),
        cite("x", 1, 1),
        cite("…", 1, 1),
    ]
    made = judge(answer(*wrong), index, QUESTION)

    assert made.cited == ()
    assert len(made.faults) == len(wrong)


def test_an_answer_needs_words_and_a_citation(tmp_path):
    index = garden(tmp_path)

    assert "citations: none" in judge(answer(), index, QUESTION).faults[0]
    assert (
        "answer: it is missing"
        in judge(answer(cite("func snap", 12, 12), text=None), index, QUESTION).faults[0]
    )


def test_a_name_in_backticks_must_stand_in_the_rig_or_in_the_question(tmp_path):
    index = garden(tmp_path)

    assert invented("`BeatClock.snap(beat)` in `src/beat_clock.gd` and `if`.", index, "") == []
    assert invented("`snapped_to_bar` rounds.", index, "What is `snapped_to_bar`?") == []
    assert "`BeatSnapper` stands nowhere" in invented("See `BeatSnapper`.", index, "")[0]


def test_files_and_lines_that_the_answer_names_must_be_there(tmp_path):
    index = garden(tmp_path)

    assert (
        misplaced("See src/beat_clock.gd:12, ./score.py and e.g. beat_clock.gd.", index, "") == []
    )
    assert misplaced("As in clock.gd, which you asked of.", index, "What does clock.gd do?") == []
    assert misplaced("See src/audio.gd.", index, "") == [
        "src/audio.gd is no file of the rig; name only those that were shown"
    ]
    assert misplaced("See score.py:99.", index, "") == ["score.py has 15 lines, not 99"]
