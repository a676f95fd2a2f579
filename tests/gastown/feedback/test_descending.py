"""Reading newest first, page by page, with changes between pages: nothing is lost."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.feedback.descending import descend

START = datetime(2026, 1, 1, tzinfo=UTC)


class Board:
    """A list whose newest entry comes first, read two at a time by an opaque place."""

    def __init__(self, count: int) -> None:
        self.at = {number: START + timedelta(minutes=number) for number in range(count)}
        self.now = count

    def touch(self, number: int) -> None:
        self.now += 1
        self.at[number] = START + timedelta(minutes=self.now)

    def read(self, cursor: dict[str, str], seen: dict[int, datetime]) -> dict[str, str]:
        order = sorted(self.at, key=lambda number: self.at[number], reverse=True)
        after = cursor.get("after", "")
        left = [n for n in order if not after or self.at[n].isoformat() < after]
        shown = left[:2]
        seen.update({number: self.at[number] for number in shown})
        following = self.at[shown[-1]].isoformat() if len(left) > len(shown) else ""
        return dict(descend(cursor, [self.at[number] for number in shown], following))


@settings(max_examples=200)
@given(st.integers(1, 12), st.lists(st.integers(0, 15), max_size=30))
def test_after_a_quiet_reading_every_entrys_last_state_was_seen(count, touched):
    board, seen, cursor = Board(count), {}, {}
    for number in touched:
        cursor = board.read(cursor, seen)
        board.touch(number)
    for _ in range(2):  # the reading under way, and one more
        cursor = board.read(cursor, seen)
        while "after" in cursor:
            cursor = board.read(cursor, seen)

    assert seen == board.at


def test_a_reading_ends_at_what_the_last_one_knew():
    mark = {"mark": START.isoformat()}
    old, new = START - timedelta(hours=1), START + timedelta(hours=1)

    assert "after" in descend(mark, [new, START], "page 2")
    assert descend(mark, [new, old], "page 2") == {"mark": new.isoformat()}
    assert "after" in descend(mark, [new, old], "page 2", timedelta(hours=2))
    assert "after" in descend(mark, [old, new], "page 2")  # not in order: all would have to be old
    assert descend({}, [], "") == {}
