"""Laws of reading: nothing lost, nothing twice, in the order in which it was written."""

from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.beads.memory import MemoryLedger
from gastown.beads.sqlite import SqliteLedger
from gastown.feed.cursor import place_of
from gastown.feed.item import FeedItem
from gastown.feed.reader import Reader, newest
from gastown.feed.wanted import Wanted
from gastown.mail.letter import Letter
from gastown.mail.post import send
from tests.gastown.feed.given import RIGS, lines, make_bead, make_convoy

SENDERS = ("core/opal", "core/agate", "mayor")
# What happens: a letter of that sender, or the feed is read on in pages of that size, or its
# process dies and another goes on at the last line that was printed.
deeds = st.lists(
    st.one_of(
        st.sampled_from(SENDERS),
        st.integers(min_value=1, max_value=4),
        st.just("dies"),
    ),
    max_size=40,
)


def write(ledger, sender, number):
    letter = Letter(sender=sender, to="overseer", subject=f"n{number}")
    send(ledger, letter, key=f"{sender} {number}")


@settings(max_examples=60, deadline=None)
@given(deeds)
def test_whatever_is_read_when_and_whoever_dies_each_line_comes_once_in_order(steps):
    ledger = MemoryLedger()
    printed: list[FeedItem] = []
    reader, sent = Reader(ledger, RIGS), defaultdict[str, list[str]](list)
    for number, deed in enumerate(steps):
        if deed == "dies":
            place = place_of(ledger, printed[-1].cursor) if printed else 0
            reader = Reader(ledger, RIGS, place)
        elif isinstance(deed, int):
            printed += reader.page(deed) or []
        else:
            write(ledger, deed, number)
            sent[deed].append(f"{deed} wrote to overseer: n{number}")
    printed += [*reader.rest()]

    assert printed == lines(ledger)
    for sender in SENDERS:
        assert [one.said for one in printed if one.actor == sender] == sent[sender]
    assert [one.seq for one in printed] == sorted({one.seq for one in printed})


def test_two_that_read_one_file_while_another_writes_print_the_same():
    with TemporaryDirectory() as folder:
        path = Path(folder) / "beads.db"
        with SqliteLedger(path) as writer, SqliteLedger(path) as one, SqliteLedger(path) as two:
            first, second = Reader(one, RIGS), Reader(two, RIGS)
            read: tuple[list[FeedItem], list[FeedItem]] = ([], [])
            for number in range(30):
                write(writer, SENDERS[number % 3], number)
                read[number % 2].extend((first, second)[number % 2].rest())
            read[0].extend(first.rest())
            read[1].extend(second.rest())

            assert read[0] == read[1] == lines(writer)
            assert len(read[0]) == 30


def test_the_newest_lines_are_found_from_the_end_among_those_that_are_wanted():
    ledger = MemoryLedger()
    for number in range(5):
        make_bead(ledger, f"n{number}")
        write(ledger, "mayor", number)
    found, place = newest(ledger, RIGS, Wanted(kinds=("bead",)), 2)

    assert [line.said[-2:] for line in found] == ["n3", "n4"]
    assert place == ledger.last_event()
    assert newest(ledger, RIGS, Wanted(), 0)[0] == []
    assert newest(ledger, RIGS, Wanted(), 99)[0] == lines(ledger)
    assert newest(MemoryLedger(), RIGS, Wanted(), 9) == ([], 0)


def test_a_convoy_made_while_one_reads_is_known_from_then_on():
    ledger = MemoryLedger()
    bead = make_bead(ledger)
    reader = Reader(ledger, RIGS)
    assert [line.convoy for line in reader.rest()] == [""]
    convoy = make_convoy(ledger, bead)
    ledger.close(bead, "done")

    assert [line.convoy for line in reader.rest()] == [convoy, convoy]
    assert reader.page() is None
