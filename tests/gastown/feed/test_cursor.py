"""A cursor leads back to its place, and to no other ledger's."""

import pytest

from gastown.beads.memory import MemoryLedger
from gastown.errors import NotFoundError
from gastown.feed.cursor import START, cursor_at, cursor_of, place_of
from gastown.testing import FakeClock
from tests.gastown.feed.given import make_bead


def test_each_event_has_a_cursor_that_leads_back_to_it():
    ledger = MemoryLedger(FakeClock())
    for number in range(20):
        make_bead(ledger, f"n{number}")

    assert [place_of(ledger, cursor_of(event)) for event in ledger.events()] == [*range(1, 21)]
    assert place_of(ledger, START) == 0
    assert [cursor_at(ledger, place) for place in (0, 1)] == [START, cursor_of(ledger.events()[0])]


@pytest.mark.parametrize(
    "text", ["", "84", "x", "1-", "1-ABC", "-1-abc", "1-abcd", "9" * 30 + "-abc"]
)
def test_what_is_no_cursor_is_refused(text):
    with pytest.raises(NotFoundError, match="is no cursor"):
        place_of(MemoryLedger(), text)


def test_a_cursor_of_another_ledger_is_refused_and_says_how_to_begin():
    one, other = MemoryLedger(FakeClock()), MemoryLedger(FakeClock())
    make_bead(one, "a")
    foreign = cursor_of(one.events()[0])
    with pytest.raises(NotFoundError, match="--since"):  # that far it has not come
        place_of(other, foreign)
    make_bead(other, "b")
    with pytest.raises(NotFoundError, match="another ledger"):
        place_of(other, foreign)
