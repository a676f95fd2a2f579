"""A change is read whole, in pieces of whole files; what is left out is named."""

from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.security.portions import portions


def section(name: str, length: int) -> str:
    head = f"diff --git a/{name} b/{name}\n"
    return head + "+" * max(0, length - len(head) - 1) + "\n"


def test_a_small_change_is_one_piece_and_none_is_none():
    patch = section("a.py", 50) + section("b.py", 50)

    assert portions(patch, 100, 3) == ([patch], ())
    assert portions("", 100, 3) == ([], ())


def test_files_are_kept_together_and_a_giant_is_cut():
    small, giant = section("a.py", 60), section("b.py", 200)

    pieces, left = portions(small + giant, 100, 3)

    assert pieces == [small, giant[:100]]
    assert left == ("b.py: only the first 100 characters of its change",)


def test_what_is_beyond_the_last_piece_is_named():
    patch = "".join(section(f"{number}.py", 80) for number in range(4))

    pieces, left = portions(patch, 100, 2)

    assert len(pieces) == 2
    assert left == ("2.py: the change is too large", "3.py: the change is too large")


@settings(max_examples=60)
@given(st.lists(st.integers(30, 90), max_size=8))
def test_nothing_is_lost_while_there_is_room(lengths):
    patch = "".join(section(f"{n}.py", length) for n, length in enumerate(lengths))

    pieces, left = portions(patch, 100, 99)

    assert "".join(pieces) == patch
    assert left == ()
    assert all(len(piece) <= 100 for piece in pieces)
