"""Likeness of texts: symmetric, from 0 to 1, blind to looks."""

from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.feedback.words import KEPT, RUN, likeness, sketch, words

TEXTS = st.lists(
    st.sampled_from(["the", "game", "ends", "when", "I", "press", "jump", "twice", "in", "level"]),
    max_size=40,
).map(" ".join)
LONG = " ".join(f"word{letter}{other}" for letter in "abcdefghijklmnop" for other in "abcdefghijkl")


@settings(max_examples=200)
@given(TEXTS, TEXTS)
def test_likeness_is_symmetric_and_a_share(one, other):
    found = likeness(sketch(one), sketch(other))

    assert found == likeness(sketch(other), sketch(one))
    assert 0 <= found <= 1


@settings(max_examples=200)
@given(TEXTS.filter(str.strip))
def test_a_text_is_like_itself_however_it_looks(text):
    loud = f"  {text.upper()}!!\n\n".replace(" ", "  ")

    assert likeness(sketch(text), sketch(loud)) == 1


@settings(max_examples=200)
@given(TEXTS, TEXTS)
def test_of_short_texts_it_is_the_jaccard_index(one, other):
    runs = [
        {tuple(found[at : at + RUN]) for at in range(max(1, len(found) - RUN + 1))}
        if found
        else set()
        for found in (words(one), words(other))
    ]
    both = runs[0] | runs[1]
    exact = len(runs[0] & runs[1]) / len(both) if both else 0

    assert likeness(sketch(one), sketch(other)) == exact


def test_numbers_and_accents_make_no_difference():
    assert words("Écran 12: it CRASHES (v4.3)") == ["ecran", "0", "it", "crashes", "v0", "0"]


def test_of_long_texts_it_is_near_the_jaccard_index():
    half = LONG[: len(LONG) // 2]
    exact = (len(words(half)) - 2) / (len(words(LONG)) - 2)

    assert len(sketch(LONG)) == KEPT
    assert abs(likeness(sketch(LONG), sketch(half)) - exact) < 0.1


def test_texts_without_words_are_not_alike():
    assert likeness(sketch("?!"), sketch("")) == 0
