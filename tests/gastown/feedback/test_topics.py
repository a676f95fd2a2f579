"""Topics: what says the same is joined, and what came earlier is moved by nothing that follows."""

from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.feedback.topics import topics

SENTENCES = (
    "the game crashes when I open the level editor on linux",
    "please add a dark mode to the song menu so my eyes survive",
    "sound is late by half a second with bluetooth headphones on",
)
SAID = st.lists(
    st.tuples(
        st.sampled_from(SENTENCES), st.sampled_from(["", "!!", " please", " THANKS a lot", " 4.3"])
    ).map("".join)
    | st.text(alphabet="abc ", max_size=30),
    max_size=25,
)


def numbered(texts: list[str]) -> list[tuple[str, str]]:
    return [(f"i{at}", text) for at, text in enumerate(texts)]


def test_what_says_the_same_is_one_topic_named_after_the_first():
    texts = [SENTENCES[0], SENTENCES[1], SENTENCES[0].upper() + " again", SENTENCES[2]]

    assert topics(numbered(texts)) == {"i0": "i0", "i1": "i1", "i2": "i0", "i3": "i3"}


@settings(max_examples=150, deadline=None)
@given(SAID, SAID)
def test_what_comes_later_moves_nothing(before, after):
    known = topics(numbered(before))

    assert known.items() <= topics(numbered(before + after)).items()


@settings(max_examples=150, deadline=None)
@given(SAID)
def test_every_item_is_in_one_topic_whose_first_item_leads_it(texts):
    found = topics(numbered(texts))

    assert list(found) == [name for name, _ in numbered(texts)]
    assert all(found[head] == head for head in found.values())


@settings(max_examples=100, deadline=None)
@given(SAID)
def test_the_same_texts_again_join_what_is_there(texts):
    once = [text for text in texts if any(c.isalnum() for c in text)]
    found = topics(numbered(once + once))

    assert all(found[f"i{at}"] == found[f"i{at + len(once)}"] for at in range(len(once)))
