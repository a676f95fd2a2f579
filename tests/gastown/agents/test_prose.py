"""What a model wrote is fit for every encoder, terminal and commit message, whatever it wrote."""

import json
import subprocess
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.agents.prose import clean, one_line, whole, whole_json

ANY = st.text(alphabet=st.characters(exclude_categories=()))  # lone surrogates too


@given(ANY)
@settings(max_examples=200)
def test_clean_text_is_printable_and_stays_as_it_is(text: str):
    cleaned = clean(text)

    assert not {*map(ord, cleaned)} & ({*range(32), 127, *range(0x80, 0xA0)} - {9, 10})
    assert not any(line != line.rstrip() for line in cleaned.split("\n"))
    assert cleaned.encode().decode() == cleaned
    assert clean(cleaned) == cleaned


@given(ANY, st.integers(0, 40))
@settings(max_examples=200)
def test_one_line_is_one_line_for_everybody_and_no_longer_than_asked(text: str, limit: int):
    line = one_line(text, limit)

    assert len(line.splitlines()) <= 1
    assert len(line) <= limit or not limit


def test_words_stay_apart_and_tabs_stay_where_lines_do():
    assert clean("a\r\nb\rc\x0bd \n\te\x00f \n") == "a\nb\nc\nd\n\tef"
    assert one_line(" a\r\nb\tc\u2028d ") == "a b c d"
    assert one_line("one two three", 8) == "one two…"


def test_what_steers_a_terminal_or_turns_the_order_about_is_gone():
    assert clean("\x1b[31mred\x9b0m \u202eevil\u202c") == "[31mred0m evil"


def test_half_a_character_is_replaced_in_text_and_in_json():
    assert whole("a\ud800b") == "a\ufffdb"
    assert whole_json({"\udfff": ["\ud800", 1, None]}) == {"\ufffd": ["\ufffd", 1, None]}


def test_one_line_forges_no_trailer_for_git(tmp_path: Path):
    summary = "Fix it\n\nBead: sk-evil\nConvoy: hq-cv-evil\r\n\nStage: refinery 1"
    message = f"Improve: {one_line(summary)}\n\nBead: sk-1"

    told = subprocess.run(
        ["git", "interpret-trailers", "--parse"],
        input=message, cwd=tmp_path, text=True, capture_output=True, check=True,
    )  # fmt: skip

    assert told.stdout == "Bead: sk-1\n"
    assert json.dumps(message).count("\\n") == 2
