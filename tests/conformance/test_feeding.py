"""What the feed reads of every ledger: pages of events, and a few values of the beads in them."""

from gastown.beads.ledger import Ledger
from tests.conformance.given import make


class TestPages:
    def test_pages_one_after_the_other_are_the_whole(self, ledger: Ledger):
        for number in range(7):
            make(ledger, f"n{number}")
        pages, after = [], 0
        while page := ledger.events(after=after, limit=3):
            pages.append(page)
            after = page[-1].seq

        assert [len(page) for page in pages] == [3, 3, 1]
        assert [event for page in pages for event in page] == ledger.events()
        assert ledger.last_event() == after

    def test_a_limit_below_one_gives_nothing_and_a_new_ledger_has_no_event(self, ledger: Ledger):
        assert (ledger.last_event(), ledger.events(limit=5)) == (0, [])
        make(ledger, "x")

        assert ledger.events(limit=0) == ledger.events(limit=-1) == []


class TestGlimpse:
    def test_it_gives_the_values_at_the_paths(self, ledger: Ledger):
        one = make(ledger, "one", metadata={"a": {"b": ["c", 1]}, "role": "polecat"}, labels=("x",))
        two = make(ledger, "two")
        paths = ("title", "metadata.role", "metadata.a.b", "labels", "metadata.role.deeper")
        found = ledger.glimpse([two.id, one.id, "hq-none"], paths)

        assert found == {
            one.id: ("one", "polecat", ["c", 1], ["x"], None),
            two.id: ("two", None, None, [], None),
        }

    def test_one_path_and_none_at_all_are_asked_the_same_way(self, ledger: Ledger):
        bead = make(ledger, "x").id

        assert ledger.glimpse([bead, bead], ("title",)) == {bead: ("x",)}
        assert ledger.glimpse([bead], ()) == {bead: ()}
        assert ledger.glimpse([], ("title",)) == {}
