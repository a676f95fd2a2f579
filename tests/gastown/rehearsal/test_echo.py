"""The seal on messages, as a law."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.errors import RehearsalError
from gastown.rehearsal.echo import SEAL, seal, turn_of
from gastown.rehearsal.turn import Cue

CUE = Cue("polecat", "combo")
MESSAGES = st.fixed_dictionaries(
    {"role": st.just("assistant"), "content": st.none() | st.text(max_size=20)},
    optional={"tool_calls": st.lists(st.dictionaries(st.text(), st.text()), min_size=1)},
)


@settings(max_examples=50)
@given(first=MESSAGES, stray=MESSAGES, second=MESSAGES)
def test_sealed_messages_count_as_turns_and_stray_ones_do_not(first, stray, second):
    history = [
        {"role": "user", "content": "x"},
        seal(first, CUE),
        seal(stray, CUE, stray=True),
        seal(second, Cue("polecat", "combo", turn=1)),
    ]

    assert turn_of(history, CUE) == 2


@settings(max_examples=50)
@given(message=MESSAGES, text=st.text(min_size=1))
def test_a_message_with_another_text_is_refused(message, text):
    sealed = seal(message, CUE)

    with pytest.raises(RehearsalError, match=r"messages\[0\]"):
        turn_of([{**sealed, "content": (sealed["content"] or "") + text}], CUE)


def test_a_null_an_empty_and_an_absent_field_are_the_same():
    sealed = seal({"role": "assistant", "content": None, "refusal": None}, CUE)

    assert turn_of([{"role": "assistant", "content": "", SEAL: sealed[SEAL]}], CUE) == 1


def test_turns_that_changed_places_are_refused():
    said = [seal({"role": "assistant", "content": "x"}, Cue("a", "b", turn=n)) for n in (1, 0)]

    with pytest.raises(RehearsalError, match="said elsewhere"):
        turn_of(said, Cue("a", "b"))
