"""Find: what is defined, named or spoken of is found; tests and strangers' code stand behind."""

import pytest

from gastown.retrieval.find import find, numbered, ranked
from tests.gastown.retrieval.given import garden

ROOM = 20_000


def best(index, question):
    return ranked(index, question)[0].passage


@pytest.mark.parametrize(
    ("question", "file", "words"),
    [
        ("How is a beat snapped to the grid?", "src/beat_clock.gd", "func snap"),
        ("What does BeatClock define?", "src/beat_clock.gd", "class_name BeatClock"),
        ("When is a hit perfect?", "score.py", "PERFECT_MS"),
        ("What grows to the beat?", "README.md", "plants grow"),
        ("where is `bar_started` emitted", "src/beat_clock.gd", "signal bar_started"),
    ],
)
def test_the_passage_that_answers_comes_first(tmp_path, question, file, words):
    found = best(garden(tmp_path), question)

    assert found.file == file
    assert words in found.text


def test_the_place_of_a_definition_goes_before_the_places_of_its_use(tmp_path):
    uses = "\n".join(f"grade({number})" for number in range(30))
    index = garden(tmp_path, {"use.py": uses})

    assert best(index, "What does grade() return?").file == "score.py"


@pytest.mark.parametrize("file", ["tests/test_grid.py", "addons/gut/grid.py", "vendor/grid.py"])
def test_the_rigs_own_code_goes_before_tests_and_vendored_code(tmp_path, file):
    text = "def lattice():\n    return 'lattice'\n"
    index = garden(tmp_path, {file: text, "src/lattice_of_ours.py": text})

    found = [one.passage.file for one in ranked(index, "What is the lattice?")]
    assert found[0] == "src/lattice_of_ours.py"
    assert file in found


def test_who_asks_for_tests_gets_them(tmp_path):
    text = "def check_lattice():\n    return 'lattice'\n"
    index = garden(
        tmp_path, {"tests/lattice.py": text, "src/lattice.py": text + "\n" * 9 + "x = 1\n"}
    )

    found = [one.passage.file for one in ranked(index, "Which tests look at the lattice?")]
    assert found[0] == "tests/lattice.py"


def test_one_file_does_not_hide_the_others(tmp_path):
    long = "\n".join(f"def pump_{n}():\n    '''The pump.'''\n" + "\n" * 12 for n in range(20))
    index = garden(tmp_path, {"pumps.py": long, "notes.md": "The pump is loud.\n"})

    assert "notes.md" in [one.passage.file for one in ranked(index, "the pump")][:7]


def test_a_question_without_a_word_of_the_rig_gets_the_readmes_head(tmp_path):
    index = garden(tmp_path)

    assert [one.file for one in find(index, "What is this?", ROOM)] == ["README.md"]
    assert [one.file for one in find(index, "zygote quaternion", ROOM)] == ["README.md"]


def test_no_more_is_found_than_there_is_room_for(tmp_path):
    index = garden(tmp_path)
    for room in (0, 300, 600, ROOM):
        assert sum(len(numbered(one)) for one in find(index, "beat grid hit", room)) <= room


def test_a_question_is_never_a_query_of_the_database(tmp_path):
    index = garden(tmp_path)
    for question in (
        '" OR NEAR(',
        "beat* AND NOT x",
        "names: {a b}",
        "'; DROP TABLE words; --",
        "`",
    ):
        ranked(index, question)

    assert index.mentions("PERFECT_MS")


def test_lines_are_shown_with_their_numbers(tmp_path):
    index = garden(tmp_path)
    passage = best(index, "How is a beat snapped?")

    text = (index.text_of(passage.file) or "").split("\n")
    for line in numbered(passage).split("\n"):
        number, _, said = line.partition(" | ")
        assert text[int(number) - 1] == said
