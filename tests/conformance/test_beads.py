"""What every ledger promises of beads: how they are made, found and changed."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from gastown.beads.bead import Bead, Dependency, Draft
from gastown.beads.ledger import Ledger
from gastown.errors import LedgerError, NotFoundError, StaleTokenError
from gastown.testing import FakeClock
from tests.conformance.given import kinds, make, titles

HOUR = timedelta(hours=1)


class TestCreate:
    def test_a_new_bead_is_open_and_dated(self, ledger: Ledger, clock: FakeClock):
        made = ledger.create(Draft(title="Wire it", labels=("a", "b", "a")), actor="mayor")

        assert made == ledger.show(made.id)
        assert (made.status, made.created_at, made.created_by) == ("open", clock.now, "mayor")
        assert made.labels == ("a", "b")
        assert made.id.startswith("hq-")
        assert len(made.id) == len("hq-abc")

    def test_an_infix_stands_between_prefix_and_digits(self, ledger: Ledger):
        assert make(ledger, "x", prefix="gt", infix="mol").id.startswith("gt-mol-")

    def test_equal_drafts_get_different_ids(self, ledger: Ledger):
        made = ledger.create_many([Draft(title="twin")] * 30)

        assert len({bead.id for bead in made}) == 30

    def test_children_are_counted_and_sorted_by_number(self, ledger: Ledger):
        parent = make(ledger, "epic", issue_type="epic")
        made = ledger.create_many([Draft(title=f"c{n}", parent=parent.id) for n in range(1, 13)])
        later = make(ledger, "c13", parent=parent.id)

        assert [bead.id for bead in [*made, later]] == [f"{parent.id}.{n}" for n in range(1, 14)]
        assert ledger.children(parent.id) == [*made, later]
        assert later.parent == parent.id

    def test_children_go_three_levels_deep_and_no_deeper(self, ledger: Ledger):
        parent = make(ledger, "0")
        for level in "123":
            parent = make(ledger, level, parent=parent.id)

        assert parent.id.endswith(".1.1.1")
        with pytest.raises(LedgerError, match="3 levels deep"):
            make(ledger, "4", parent=parent.id)

    def test_drafts_name_each_other_by_number_also_forwards(self, ledger: Ledger):
        root, first, second = ledger.create_many(
            [
                Draft(title="root", issue_type="molecule"),
                Draft(title="first", parent="@0", needs=("@2",)),
                Draft(title="second", parent="@0", tracks=("@1",)),
            ]
        )

        assert first.needs == (second.id,)
        assert [bead.id for bead in ledger.children(root.id)] == [first.id, second.id]
        assert titles(ledger.ready()) == ["second"]

    @pytest.mark.parametrize(
        ("draft", "reason"),
        [
            (Draft(title="x", parent="hq-none"), "no parent 'hq-none'"),
            (Draft(title="x", needs=("hq-none",)), "'hq-none'"),
            (Draft(title="x", tracks=("hq-none",)), "'hq-none'"),
            (Draft(title="x", needs=("@7",)), "@7"),
            (Draft(title="x", parent="@1"), "@1"),
            (Draft(title="x", needs=("@1",)), "cannot depend on itself"),
            (Draft(title="x", issue_type="poem"), "unknown type 'poem'"),
            (Draft(title="x", prefix="No Prefix"), "No Prefix"),
            (Draft(title="x", metadata={"at": object()}), "JSON"),
            (Draft(title="x", metadata={"at": float("nan")}), "JSON"),
            (Draft(title="x", metadata={"half": "\ud800"}), "JSON"),
        ],
    )
    def test_one_bad_draft_and_none_is_written(self, ledger: Ledger, draft: Draft, reason: str):
        with pytest.raises(LedgerError, match=reason):
            ledger.create_many([Draft(title="good"), draft])

        assert ledger.find() == []
        assert ledger.events() == []

    def test_a_cycle_among_drafts_is_named(self, ledger: Ledger):
        with pytest.raises(LedgerError, match=r"cycle: hq-\w+ → hq-\w+ → hq-"):
            ledger.create_many([Draft(title="a", needs=("@1",)), Draft(title="b", needs=("@0",))])

    def test_tracking_each_other_is_no_cycle(self, ledger: Ledger):
        made = ledger.create_many(
            [Draft(title="a", tracks=("@1",)), Draft(title="b", tracks=("@0",))]
        )

        assert ledger.ready() == made

    def test_a_type_may_be_said_otherwise(self, ledger: Ledger):
        assert make(ledger, "x", issue_type="adr").issue_type == "decision"

    def test_an_id_that_an_edge_already_names_is_not_given_to_another_bead(self, ledger: Ledger):
        parent = make(ledger, "epic")
        stranger = parent.model_copy(
            update={
                "id": "gt-1",
                "dependencies": (Dependency(issue_id="gt-1", depends_on_id=f"{parent.id}.1"),),
            }
        )
        ledger.put([stranger])

        assert make(ledger, "c", parent=parent.id).id == f"{parent.id}.2"


class TestLook:
    def test_an_unknown_bead_is_an_error_wherever_it_is_named(self, ledger: Ledger):
        known = make(ledger, "known").id
        calls: list[Callable[[], object]] = [
            lambda: ledger.show("hq-none"),
            lambda: ledger.update("hq-none", {}),
            lambda: ledger.claim("hq-none", "me", HOUR),
            lambda: ledger.claim_of("hq-none"),
            lambda: ledger.close("hq-none", ""),
            lambda: ledger.reopen("hq-none", ""),
            lambda: ledger.link("hq-none", known),
            lambda: ledger.link(known, "hq-none"),
            lambda: ledger.unlink("hq-none", known),
            lambda: ledger.children("hq-none"),
        ]
        for call in calls:
            with pytest.raises(NotFoundError, match="'hq-none'"):
                call()

    def test_find_takes_every_filter_and_gives_the_oldest_first(
        self, ledger: Ledger, clock: FakeClock
    ):
        for n, fields in enumerate(
            [
                {"prefix": "gt", "labels": ("x",)},
                {"prefix": "gt-main", "labels": ("x",), "assignee": "ann"},
                {"prefix": "hq", "labels": ("x", "y"), "issue_type": "bug"},
            ]
        ):
            clock.advance(1)
            make(ledger, str(n), **fields)

        assert titles(ledger.find()) == ["0", "1", "2"]
        assert titles(ledger.find(label="x", prefix="gt")) == ["0", "1"]
        assert titles(ledger.find(prefix="gt-main")) == ["1"]
        assert titles(ledger.find(prefix="hq-")) == ["2"]
        assert titles(ledger.find(assignee="ann")) == ["1"]
        assert titles(ledger.find(label="x", issue_type="bug", status="open")) == ["2"]
        assert ledger.find(label="x", assignee="bob") == []

    def test_what_a_caller_does_to_a_bead_changes_nothing_here(self, ledger: Ledger):
        made = make(ledger, "x", metadata={"list": [1]})
        ledger.show(made.id).metadata["list"].append(2)

        assert ledger.show(made.id).metadata == {"list": [1]}

    def test_events_tell_what_happened_in_order(self, ledger: Ledger):
        bead = make(ledger, "x").id
        other = make(ledger, "y").id
        ledger.update(bead, {"title": "z"}, actor="ann")
        ledger.link(bead, other)
        ledger.unlink(bead, other)
        claim = ledger.claim(bead, "me", HOUR)
        ledger.release(claim)
        ledger.close(bead, "done")
        ledger.reopen(bead, "not done")

        assert kinds(ledger, bead) == [
            "created",
            "updated",
            "dependency_added",
            "dependency_removed",
            "claimed",
            "released",
            "closed",
            "reopened",
        ]
        everything = ledger.events()
        assert [event.seq for event in everything] == sorted({e.seq for e in everything})
        update = ledger.events(bead=bead)[1]
        assert (update.actor, dict(update.data)) == ("ann", {"title": "z"})
        assert ledger.events(after=everything[-2].seq) == everything[-1:]


class TestUpdate:
    def test_fields_are_set_and_the_date_follows(self, ledger: Ledger, clock: FakeClock):
        bead = make(ledger, "x", labels=("a",))
        clock.advance(5)
        new = ledger.update(bead.id, {"priority": 0, "labels": ["b"], "assignee": "ann"})

        assert new == ledger.show(bead.id)
        assert (new.priority, new.labels, new.assignee) == (0, ("b",), "ann")
        assert (new.updated_at, new.created_at) == (clock.now, bead.created_at)
        assert ledger.find(label="a") == []

    def test_metadata_is_merged_and_none_takes_a_key_out(self, ledger: Ledger):
        bead = make(ledger, "x", metadata={"a": 1, "b": 2}).id
        new = ledger.update(bead, {"metadata": {"b": None, "c": (1, 2)}})

        assert new.metadata == {"a": 1, "c": [1, 2]}
        said = ledger.events(bead=bead)[-1].data
        assert dict(said) == {"metadata": {"b": None, "c": [1, 2]}}

    def test_no_difference_writes_nothing(self, ledger: Ledger, clock: FakeClock):
        bead = make(ledger, "x")
        clock.advance(5)

        assert ledger.update(bead.id, {"title": "x"}) == bead
        assert kinds(ledger, bead.id) == ["created"]

    @pytest.mark.parametrize(
        ("changes", "reason"),
        [
            ({"status": "closed"}, "town bead close hq-"),
            ({"status": "sleeping"}, "unknown status 'sleeping'"),
            ({"priority": 5}, "priority"),
            ({"titel": "x"}, "titel cannot be set; fields: .*title"),
            ({"id": "hq-1"}, "id cannot be set"),
            ({"dependencies": []}, "dependencies cannot be set"),
            ({"title": ""}, "title is empty"),
            ({"title": "x" * 501}, "title has 501"),
            ({"labels": "abc"}, "labels"),
            ({"metadata": [1]}, "metadata"),
            ({"metadata": {"x": {1, 2}}}, "JSON"),
            ({"issue_type": "poem"}, "unknown type"),
            ({"defer_until": datetime(2026, 1, 1)}, "defer_until has no time zone"),  # noqa: DTZ001 - the fault
        ],
    )
    def test_a_bad_change_is_refused_whole(
        self, ledger: Ledger, changes: dict[str, object], reason: str
    ):
        bead = make(ledger, "x")
        with pytest.raises(LedgerError, match=reason):
            ledger.update(bead.id, {"assignee": "ann", **changes})

        assert ledger.show(bead.id) == bead

    def test_a_closed_bead_is_not_opened_by_a_status(self, ledger: Ledger):
        bead = make(ledger, "x").id
        ledger.close(bead, "done")

        with pytest.raises(LedgerError, match="reopen it"):
            ledger.update(bead, {"status": "open"})


class TestForget:
    def test_an_ephemeral_bead_and_its_edges_are_gone_for_good(self, ledger: Ledger):
        root = make(ledger, "wisp", ephemeral=True)
        first = make(ledger, "one", parent=root.id, ephemeral=True)
        second = make(ledger, "two", parent=root.id, needs=(first.id,), ephemeral=True)

        ledger.forget([root.id, first.id, second.id], actor="dog")

        for bead in (root, first, second):
            with pytest.raises(NotFoundError):
                ledger.show(bead.id)
        assert ledger.find() == []
        assert ledger.events(bead=root.id)[-1].kind == "forgotten"

    def test_what_git_keeps_is_refused_and_nothing_goes(self, ledger: Ledger):
        wisp, lasting = make(ledger, "wisp", ephemeral=True), make(ledger, "lasting")

        with pytest.raises(LedgerError, match="not ephemeral"):
            ledger.forget([wisp.id, lasting.id])

        assert ledger.show(wisp.id) == wisp

    def test_what_somebody_works_on_is_refused(self, ledger: Ledger):
        wisp = make(ledger, "wisp", ephemeral=True)
        ledger.claim(wisp.id, "ann", HOUR)

        with pytest.raises(StaleTokenError):
            ledger.forget([wisp.id])
        assert ledger.show(wisp.id).title == "wisp"


class TestClockSetBack:
    def test_each_change_of_a_bead_is_stamped_later_than_the_one_before(
        self, ledger: Ledger, clock: FakeClock
    ):
        """Or git's copy of its older self would be taken for the newer one."""
        made = make(ledger, "early bird")
        other = make(ledger, "worm")
        clock.advance(-60)

        selves = [
            made,
            ledger.update(made.id, {"title": "late bird"}),
            _after(ledger, made.id, lambda: ledger.link(made.id, other.id, "related")),
            _after(ledger, made.id, lambda: ledger.unlink(made.id, other.id)),
            _after(ledger, made.id, lambda: ledger.hook({made.id: "rig/opal"})),
            ledger.unhook(made.id, "given back"),
            _after(ledger, made.id, lambda: ledger.claim(made.id, "opal", HOUR)),
            ledger.reopen(made.id, "again"),
            ledger.close(made.id, "done"),
        ]

        stamps = [one.updated_at for one in selves]
        assert stamps == sorted(set(stamps))
        assert ledger.show(made.id) == selves[-1]


def _after(ledger: Ledger, bead: str, change: Callable[[], object]) -> Bead:
    change()
    return ledger.show(bead)
