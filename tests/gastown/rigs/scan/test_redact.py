"""redact: whatever the secret and the text, the secret is not in what comes out."""

from hypothesis import given
from hypothesis import strategies as st

from gastown.rigs.scan.redact import SHORTEST, mark, redact

SECRETS = st.lists(st.text(min_size=SHORTEST, max_size=20), max_size=5)


@given(st.lists(st.text(max_size=20)), SECRETS, st.randoms(use_true_random=False))
def test_no_secret_is_left_in_a_text(parts, secrets, random):
    pieces = [*parts, *secrets, *secrets]
    random.shuffle(pieces)

    text = redact("".join(pieces), secrets)

    assert not [secret for secret in secrets if secret in text]


@given(st.text(alphabet="ab[] …secrt", min_size=SHORTEST, max_size=8), SECRETS)
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


def test_text_without_secrets_stays_as_it_is():
    assert redact("nothing here", ["elsewhere", "no", ""]) == "nothing here"
