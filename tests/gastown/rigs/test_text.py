"""What git, models and programs say can always be written down."""

from hypothesis import given
from hypothesis import strategies as st

from gastown.rigs.text import printable


def test_bytes_that_were_no_utf8_show_as_replacement_characters():
    assert printable("caf\udce9") == "caf\ufffd"


@given(st.text(st.characters(codec=None)))
def test_any_text_can_be_encoded_and_keeps_its_length(text):
    assert len(printable(text).encode().decode()) == len(text)


@given(st.text(st.characters(codec="utf-8")))
def test_good_text_stays_as_it_is(text):
    assert printable(text) == text
