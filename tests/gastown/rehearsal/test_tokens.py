"""Counting tokens by characters."""

from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.rehearsal.tokens import IMAGE_TOKENS, prompt_text, shared_prefix, tokens


def test_three_characters_are_a_token_rounded_up():
    assert [tokens(n) for n in (0, 1, 3, 4)] == [0, 1, 1, 2]


@settings(max_examples=60)
@given(common=st.text(), one=st.text(), other=st.text())
def test_a_shared_prefix_is_at_least_what_both_begin_with(common: str, one: str, other: str):
    shared = shared_prefix(common + one, common + other)

    assert len(common) // 3 <= shared <= min(len(common + one), len(common + other)) // 3


def test_a_longer_history_begins_with_the_shorter_one():
    ask = {"role": "user", "content": "Ä"}

    assert prompt_text([ask, ask], ["tool"]).startswith(prompt_text([ask], ["tool"]))


def test_a_picture_costs_the_same_whatever_its_bytes():
    def text(url: str) -> str:
        part = {"type": "image_url", "image_url": {"url": url}}
        return prompt_text([{"role": "user", "content": [part]}], [])

    assert text("data:image/png;base64," + "A" * 9000) == text("data:image/png;base64,AAAA")
    assert tokens(len(text(""))) >= IMAGE_TOKENS
