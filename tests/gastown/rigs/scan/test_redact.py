"""redact: whatever the secret and the text, the secret is not in what comes out."""

import re

from hypothesis import given
from hypothesis import strategies as st

from gastown.rigs.scan.redact import LONG, SHORTEST, lasting, mark, redact

SECRETS = st.lists(st.text(min_size=LONG, max_size=20), max_size=5)
SHORT = st.lists(st.text(alphabet="abcXY12", min_size=SHORTEST, max_size=LONG - 1), max_size=4)


@given(st.lists(st.text(max_size=20)), SECRETS, st.randoms(use_true_random=False))
def test_no_secret_is_left_in_a_text(parts, secrets, random):
    pieces = [*parts, *secrets, *secrets]
    random.shuffle(pieces)

    text = redact("".join(pieces), secrets)

    assert not [secret for secret in secrets if secret in text]


@given(st.text(alphabet="ab[] …secrt", min_size=LONG, max_size=12), SECRETS)
def test_not_even_one_that_looks_like_a_mark(secret, more):
    assert secret not in redact(secret * 3, [secret, *more])


def test_a_secret_can_be_told_from_others_but_not_read():
    long, other, short = "A" * 16 + "WXYZ", "A" * 16 + "WXYQ", "hunter22"

    assert redact(f"x={long};", [long]) == f"x={mark(long)};"
    assert mark(long).endswith("…WXYZ]")
    assert mark(long) != mark(other)
    assert short[-4:] not in mark(short)


def test_a_secret_within_another_does_not_spoil_it():
    text = redact("abcdefgh-ijkl abcdefgh", ["abcdefgh", "abcdefgh-ijkl"])

    assert text == f"{mark('abcdefgh-ijkl')} {mark('abcdefgh')}"


@given(SHORT, st.lists(st.sampled_from([" ", "=", '"', ",", "word"]), max_size=6))
def test_a_short_one_is_left_nowhere_as_a_word(secrets, between):
    pieces = [part for pair in zip(secrets, [*between, *[" "] * 9], strict=False) for part in pair]

    text = redact(" ".join(pieces), secrets)

    bare = re.sub(r"\[secret \w+\]", "", text)
    assert not [secret for secret in secrets if secret in re.findall(r"\w+", bare)]


def test_a_short_one_spoils_no_other_word():
    assert redact('password = "pass"', ["pass"]) == f'password = "{mark("pass")}"'
    assert redact("a: -pw1;", ["-pw1"]) == f"a: {mark('-pw1')};"
    assert lasting(["pass", "hunter22"]) == ("hunter22",)


def test_text_without_secrets_stays_as_it_is():
    assert redact("nothing here", ["elsewhere", "no", ""]) == "nothing here"
