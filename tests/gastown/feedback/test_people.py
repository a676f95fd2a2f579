"""Names that a source tells beside a post go out of its text; words that name nobody stay."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.feedback.mask import mask
from gastown.feedback.people import people_of

MARKS = ("author", "name", "[author]", "mail", "[mail", "handle]", "user", "[", "]")
NAMES = st.sampled_from([*MARKS, "Ann Baker", "ann_b", "bob", "crash", "x.y", "é", "-", "4.3.1"])
TEXTS = st.lists(
    st.sampled_from(
        [
            *MARKS,
            "hi ",
            "thanks, ",
            "\n",
            " — ",
            "Ann",
            "bob",
            " said",
            ": ",
            "crash",
            " ",
            "a@b.de",
        ]
    ),
    max_size=12,
).map("".join)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Ann Baker wrote this", "[author] wrote this"),
        ("ANN BAKER and ann_b are one", "[author] and [author] are one"),
        ("It crashes.\n\nCheers,\nAnn", "It crashes.\n\nCheers,\n[author]"),
        ("It crashes. — Ann", "It crashes. — [author]"),
        ("Hi, I am Ann and it crashes", "Hi, I am [author] and it crashes"),
        ("Ann here: it crashes", "[author] here: it crashes"),
        ("it crashes\nBaker!", "it crashes\n[author]!"),
    ],
)
def test_an_authors_names_go_wherever_they_stand_and_parts_where_one_signs(text, left):
    assert people_of("ann_b", ["Ann Baker"]).strike(text) == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("thanks player7, that helps", "thanks [name], that helps"),
        ("as player7 found, it is the shop", "as [name] found, it is the shop"),
        ("thanks crash!", "thanks [name]!"),
        ("crash: I see it too", "[name]: I see it too"),
        ("crash's report is right", "[name]'s report is right"),
        ("the crash is in the shop", "the crash is in the shop"),
        ("- crash on start\n- no sound", "- crash on start\n- no sound"),
    ],
)
def test_others_names_go_but_a_word_stays_where_nobody_is_addressed(text, left):
    assert people_of("ann_b", others=["player7", "crash"]).strike(text) == left


def test_a_short_name_goes_only_where_one_signs():
    assert people_of("Bo").strike("to bo or not. Regards, bo") == "to bo or not. Regards, [author]"


def test_an_author_as_feeds_have_one_is_a_name_and_an_address():
    for author in ("ann@example.org (Ann Baker)", "Ann Baker <ann@example.org>"):
        assert people_of(author).strike("by Ann Baker") == "by [author]"


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.lists(NAMES, max_size=3), st.lists(NAMES, max_size=3))
def test_whoever_calls_himself_as_he_likes_a_text_masked_is_masked_for_good(text, mine, theirs):
    people = people_of(mine[0] if mine else "", mine, theirs)
    once = mask(text, people)

    assert mask(once, people) == once
    assert len(once) <= 12 * (len(text) + 1)
